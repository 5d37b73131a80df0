package recordings

import (
	"io/fs"
	"os"
)

// modesCount: on Windows the bits of a file's mode do not decide about access.
const modesCount = false

// renamesOpen: Windows names only files that are closed.
const renamesOpen = false

// linked: Windows does not take the name of a file that is open.
func linked(fs.FileInfo) bool { return true }

func lock(*os.File) error { return nil }

func ownedByUs(fs.FileInfo) error { return nil }
