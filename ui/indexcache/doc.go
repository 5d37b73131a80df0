// Package indexcache keeps the list of a long recording in the user's cache
// folder, so that the recording need not be read again to be looked at.
//
// It is never truth: an index that does not fit its recording in any way, or is
// damaged, is not used, without a message. An index has what its recording
// has, redacted as that is, in private files; of recordings with their secrets
// in them the caller keeps none.
//
// The package knows files and nothing of screens; what an index holds is
// ui/model's. Start reading at Cache.
package indexcache
