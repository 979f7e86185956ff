package spool

import "os"

// supported says that a segment of a living process can be told from one that
// nobody owns.
const supported = true

// renameLocks says that a rename fails where another process has the file
// open: Go opens files without FILE_SHARE_DELETE.
const renameLocks = true

// lock is true: who renamed a segment owns it.
func lock(*os.File) (bool, error) { return true, nil }
