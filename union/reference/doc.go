// Package reference is what the union has to look up rather than to decide: hotlines, standard sums, festivals. Each file
// says its source, the day as of which it is true, and by when somebody is to look again. It holds no member's data.
package reference
