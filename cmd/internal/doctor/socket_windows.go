package doctor

import "io/fs"

// Windows keeps access lists, which have neither an owner's mode nor a group's.
func ownership(fs.FileInfo) (owned, bool) { return owned{}, false }

func self() Person { return Person{UID: -1} }
