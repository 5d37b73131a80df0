package recordings

import (
	"io/fs"
	"os"
)

// modesCount: Windows says in other ways who may read a file.
const modesCount = false

// linked: Windows does not take the name of a file that is open.
func linked(fs.FileInfo) bool { return true }

func lock(*os.File) error { return nil }

func ownedByUs(fs.FileInfo) error { return nil }
