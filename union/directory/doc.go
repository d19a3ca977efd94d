// Package directory is what follows from changes of the platform's address book: somebody who is taken out of it loses
// routing and offices, a renamed account stays the same member, and everything else is told to the administrators. The
// members file is the authority: nothing here makes a member, moves one to another unit or gives an office.
package directory
