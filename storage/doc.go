// Package storage is what is kept: repositories and migrations on MySQL 8, MariaDB 10.6+ or SQLite, through gorm
// with hand-written SQL where it is hot. It satisfies the interfaces that bot, union and their neighbours declare
// and decides nothing: no rule of the union and no word to a person lives here.
//
// A repository never begins a transaction of its own in a turn. It asks DB.read or DB.write for the connection that
// ctx carries: the turn's (opened at the first touch, see work.go), that of an enclosing DB.Tx, or else the pool.
//
// Times are BIGINT milliseconds since 1970 UTC, NULL when absent; ids are 63-bit integers made by us (NewID), in the
// order of their making; identifiers of platforms and codes compare by byte.
package storage
