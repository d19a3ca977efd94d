// Package directory is what follows from changes of the platform's address book: somebody who is taken out of it loses
// routing and offices, a renamed account stays the same member, who moves to a department of which is said which unit it is belongs there, and
// everything else is told to the administrators. The members file is the authority: nothing here makes a member or gives an office.
package directory
