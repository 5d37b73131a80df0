package intercept

// maxUnixPath is sun_path without its final NUL (unix(7)).
const maxUnixPath = 107

// abstractSockets: a Unix socket can have a name that is no file (unix(7)).
const abstractSockets = true
