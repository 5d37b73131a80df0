package intercept

// maxUnixPath is sun_path without its final NUL (unix(7)).
const maxUnixPath = 107
