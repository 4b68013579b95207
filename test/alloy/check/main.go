// Check reads files for Grafana Alloy as Alloy does, with its own syntax package, and judges them by the names that table.json holds:
// components, arguments and blocks exist and are of the right sort, what is required is there, what is referred to is in the file and
// exported, nothing leads back to itself, and the file is written as `alloy fmt` would write it. One line for each that is not so.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
	"github.com/grafana/alloy/syntax/token"
)

// levels of stability, the strictest first.
var levels = []string{"generally-available", "public-preview", "experimental"}

type component struct {
	Stability string         `json:"stability"`
	Arguments map[string]any `json:"arguments"`
	Exports   []string       `json:"exports"`
}

type table struct {
	Version    string               `json:"version"`
	Components map[string]component `json:"components"`
}

type file struct {
	known    table
	level    string
	labels   map[string]string   // the component's kind, by its whole name
	leads    map[string][]string // whole names by whole name
	problems []string
}

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: go run ./check <table.json> <stability level> <file.alloy>...")
	}
	var known table
	content, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(content, &known)
	}
	if err != nil {
		log.Fatal(err)
	}
	failed := false
	for _, name := range os.Args[3:] {
		problems := check(name, known, os.Args[2])
		for _, problem := range problems {
			fmt.Println(problem)
		}
		failed = failed || len(problems) > 0
	}
	if failed {
		os.Exit(1)
	}
}

func check(name string, known table, level string) []string {
	content, err := os.ReadFile(name)
	if err != nil {
		return []string{err.Error()}
	}
	parsed, err := parser.ParseFile(name, content)
	if err != nil {
		return []string{err.Error()}
	}
	f := &file{known: known, level: level, labels: map[string]string{}, leads: map[string][]string{}}
	var formatted bytes.Buffer
	if err := printer.Fprint(&formatted, parsed); err != nil {
		return []string{err.Error()}
	}
	if strings.TrimRight(formatted.String(), "\n") != strings.TrimRight(string(content), "\n") {
		f.problems = append(f.problems, name+": is not formatted as alloy fmt does it")
	}
	for _, statement := range parsed.Body {
		if block, ok := statement.(*ast.BlockStmt); ok {
			f.labels[whole(block)] = block.GetBlockName()
		}
	}
	for _, statement := range parsed.Body {
		block, ok := statement.(*ast.BlockStmt)
		if !ok {
			f.say(statement, "an attribute outside a component")
			continue
		}
		f.component(block)
	}
	f.circles()
	return f.problems
}

func whole(block *ast.BlockStmt) string {
	if block.Label == "" {
		return block.GetBlockName()
	}
	return block.GetBlockName() + "." + block.Label
}

func (f *file) say(at ast.Node, format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf("%s: %s", ast.StartPos(at).Position(), fmt.Sprintf(format, args...)))
}

func (f *file) component(block *ast.BlockStmt) {
	kind := block.GetBlockName()
	known, ok := f.known.Components[kind]
	if !ok {
		f.say(block, "%s is no component of Alloy %s", kind, f.known.Version)
		return
	}
	if slices.Index(levels, known.Stability) > slices.Index(levels, f.level) {
		f.say(block, "%s is %s, and the level is %s", kind, known.Stability, f.level)
	}
	f.body(block, block.Body, known.Arguments)
	ast.Walk(visitor(func(node ast.Node) {
		if access, ok := node.(*ast.AccessExpr); ok {
			f.reference(whole(block), access)
		}
	}), block.Body)
}

type visitor func(ast.Node)

func (v visitor) Visit(node ast.Node) ast.Visitor {
	if node != nil {
		v(node)
	}
	return v
}

// body judges what stands in a block by the names it may hold.
func (f *file) body(at ast.Node, body ast.Body, known map[string]any) {
	given := map[string]int{}
	for _, statement := range body {
		switch one := statement.(type) {
		case *ast.AttributeStmt:
			name := one.Name.Name
			given[name]++
			kind, ok := first(known, name, name+"!")
			if text, isAttribute := kind.(string); ok && isAttribute {
				f.value(one, text)
			} else {
				f.say(one, "there is no argument %s", name)
			}
		case *ast.BlockStmt:
			name := one.GetBlockName()
			given[name]++
			inner, ok := first(known, name+"{}", name+"{}!")
			if ok && given[name] > 1 {
				f.say(one, "the block %s is there twice", name)
			}
			if !ok {
				inner, ok = first(known, name+"{}[]", name+"{}[]!")
			}
			if !ok {
				f.say(one, "there is no block %s", name)
				continue
			}
			f.body(one, one.Body, inner.(map[string]any))
		}
	}
	for name := range known {
		plain, required := strings.CutSuffix(name, "!")
		plain = strings.TrimSuffix(strings.TrimSuffix(plain, "[]"), "{}")
		if required && given[plain] == 0 {
			f.say(at, "%s is missing", plain)
		}
	}
}

func first(known map[string]any, names ...string) (any, bool) {
	for _, name := range names {
		if value, ok := known[name]; ok {
			return value, true
		}
	}
	return nil, false
}

// value judges literals; what an expression becomes is known in Alloy only.
func (f *file) value(attribute *ast.AttributeStmt, kind string) {
	is := ""
	switch value := attribute.Value.(type) {
	case *ast.ArrayExpr:
		is = "list"
	case *ast.ObjectExpr:
		is = "map"
	case *ast.LiteralExpr:
		switch value.Kind {
		case token.STRING:
			is = "string"
		case token.BOOL:
			is = "bool"
		case token.NUMBER, token.FLOAT:
			is = "number"
		}
	}
	if is != "" && kind != "any" && is != kind {
		f.say(attribute, "%s is a %s and takes a %s", attribute.Name.Name, is, kind)
	}
}

// reference judges the name of another component with what it exports, such as otelcol.storage.file.queue.handler.
func (f *file) reference(from string, access *ast.AccessExpr) {
	text := dotted(access)
	name, export, _ := cutLast(text)
	kind, ok := f.labels[name]
	if !ok {
		kind, _, _ = cutLast(name)
		if _, isComponent := f.known.Components[kind]; isComponent {
			f.say(access, "%s is not in this file", name)
		}
		return
	}
	if !slices.Contains(f.known.Components[kind].Exports, export) {
		f.say(access, "%s exports no %s", kind, export)
		return
	}
	f.leads[from] = append(f.leads[from], name)
}

func dotted(expr ast.Expr) string {
	switch value := expr.(type) {
	case *ast.AccessExpr:
		return dotted(value.Value) + "." + value.Name.Name
	case *ast.IdentifierExpr:
		return value.Ident.Name
	}
	return ""
}

func cutLast(text string) (before, after string, found bool) {
	at := strings.LastIndex(text, ".")
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

// circles says of a component that its data comes back to it: Alloy refuses the file.
func (f *file) circles() {
	state := map[string]int{}
	var visit func(name string) bool
	visit = func(name string) bool {
		if state[name] != 0 {
			return state[name] == 1
		}
		state[name] = 1
		for _, next := range f.leads[name] {
			if visit(next) {
				f.problems = append(f.problems, name+" leads back to itself")
				state[name] = 2
				return false
			}
		}
		state[name] = 2
		return false
	}
	for name := range f.labels {
		visit(name)
	}
}
