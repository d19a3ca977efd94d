// Package union is what a trade union is and who may do what in it: members, the tree of organisations, roles,
// rights and the identities by which members are known on a channel. Its subpackages hold what the union decides:
// services, cases, reviews, notices, and the working calendar they run on.
//
// It decides the same whoever asks - a conversation, the console, a command - and knows nothing of messages, SQL or
// Redis: repositories satisfy the interfaces declared here.
package union
