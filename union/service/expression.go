package service

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
	"go.yaml.in/yaml/v3"
)

// Limits of an expression: a union's staff writes a line, not a program, and what it costs is known when it is read.
const (
	maxExpression = 500    // characters
	maxNodes      = 100    // of its tree
	maxMemory     = 10_000 // values that a run may make
)

// Expression is a condition or a sum over the fields of a form, in the language of expr-lang. It is compiled when the
// file is read, against the types of the fields, and reaches nothing but their values.
type Expression struct {
	Source  string
	program *vm.Program
}

var expressionType = reflect.TypeFor[Expression]()

// UnmarshalYAML reads the text; what it means is looked at once the fields are known.
func (e *Expression) UnmarshalYAML(node *yaml.Node) error {
	e.Source = strings.TrimSpace(node.Value)
	return nil
}

// Empty says whether nothing was written.
func (e Expression) Empty() bool { return e.Source == "" }

// builtins are those of expr-lang that an expression may use.
var builtins = []string{"min", "max", "abs", "len", "all", "any", "none", "count", "sum"}

// compile compiles an expression against the facts of a form, and says in plain words what is wrong with it.
func (e *Expression) compile(known Facts, want reflect.Kind) (problem string) {
	if len([]rune(e.Source)) > maxExpression {
		return fmt.Sprintf("at most %d characters are expected", maxExpression)
	}
	options := []expr.Option{
		expr.Env(map[string]any(known)), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins(),
		expr.Function("yuan", yuan, new(func(int) int)), expr.Function("percent", percent, new(func(int, int) int)),
		expr.Function("each", each, new(func(int, int) int)), expr.Function("under", under, new(func(string, string) bool)),
	}
	options = append(options, checked()...)
	for _, name := range builtins {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := expr.Compile(e.Source, options...)
	if err != nil {
		return explain(err, known)
	}
	if got := program.Node().Type(); got == nil || got.Kind() != want {
		return fmt.Sprintf("%s is expected, and %q is %s", kindWords[want], e.Source, nameOfType(got))
	}
	if name := unknownIn(program.Node(), known); name != "" {
		return oneOf(name, known.names())
	}
	e.program = program
	return ""
}

// namesIn collects what an expression looks at, and what it calls.
type namesIn struct {
	looked []string
	called map[string]bool
}

// Visit implements ast.Visitor.
func (n *namesIn) Visit(node *ast.Node) {
	switch x := (*node).(type) {
	case *ast.IdentifierNode:
		n.looked = append(n.looked, x.Value)
	case *ast.CallNode:
		if f, ok := x.Callee.(*ast.IdentifierNode); ok {
			n.called[f.Value] = true
		}
	case *ast.VariableDeclaratorNode:
		n.called[x.Name] = true
	}
}

// unknownIn finds a name that nobody knows among the arguments of a function, where the compiler lets it pass; empty where there is none.
func unknownIn(node ast.Node, known Facts) string {
	in := namesIn{called: map[string]bool{}}
	ast.Walk(&node, &in)
	for _, name := range in.looked {
		if _, ok := known[name]; !ok && !in.called[name] {
			return name
		}
	}
	return ""
}

var kindWords = map[reflect.Kind]string{
	reflect.Bool: "a condition (true or false)", reflect.Int: "a sum in fen (whole numbers, no division)",
}

func nameOfType(t reflect.Type) string {
	switch {
	case t == nil:
		return "of no type that is known here"
	case t.Kind() == reflect.Bool:
		return "a condition"
	case t.Kind() == reflect.Int:
		return "a number"
	case t.Kind() == reflect.Float64:
		return "a fraction; use percent(sum, 15) for a share"
	case t.Kind() == reflect.String:
		return "a text"
	}
	return "a " + t.String()
}

var unknownName = regexp.MustCompile(`unknown name (\S+)`)

// explain puts what the compiler says into one line, and names the nearest field for one that nobody knows.
func explain(err error, known Facts) string {
	text, where := err.Error(), ""
	if at, ok := err.(*file.Error); ok { //nolint:errorlint // it is returned as it is
		text, where = at.Message, fmt.Sprintf(" (character %d)", at.Column+1)
	}
	if m := unknownName.FindStringSubmatch(text); m != nil {
		return oneOf(m[1], known.names()) + where
	}
	return strings.SplitN(text, "\n", 2)[0] + where
}

// run evaluates the expression over the facts of one form.
func (e Expression) run(facts Facts) (any, error) {
	if e.program == nil {
		return nil, fmt.Errorf("expression %q was not compiled", e.Source)
	}
	machine := vm.VM{MemoryBudget: maxMemory}
	result, err := machine.Run(e.program, map[string]any(facts))
	if errors.Is(err, ErrTooLarge) || err != nil && strings.Contains(err.Error(), ErrTooLarge.Error()) { // the machine may keep its words only
		return nil, fmt.Errorf("evaluate %q: %w", e.Source, ErrTooLarge)
	}
	if err != nil {
		return nil, fmt.Errorf("evaluate %q: %w", e.Source, err)
	}
	return result, nil
}
