// Extract reads the arguments of Alloy's components from a checkout of its sources, and writes their names as JSON.
// Nothing is compiled or run: the tags of the structs say what a component takes.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

const module = "github.com/grafana/alloy/"

// components that the renderer writes.
var components = []string{
	"local.file", "otelcol.auth.basic", "otelcol.auth.bearer", "otelcol.auth.headers", "otelcol.connector.servicegraph",
	"otelcol.connector.spanmetrics", "otelcol.exporter.otlphttp", "otelcol.processor.attributes",
	"otelcol.processor.batch", "otelcol.processor.cumulativetodelta", "otelcol.processor.filter",
	"otelcol.processor.memory_limiter", "otelcol.processor.probabilistic_sampler", "otelcol.processor.redaction",
	"otelcol.processor.tail_sampling", "otelcol.processor.transform", "otelcol.receiver.nginx", "otelcol.receiver.otlp",
	"otelcol.receiver.prometheus", "otelcol.storage.file", "prometheus.relabel", "prometheus.scrape",
}

// described is one component: attributes by name with their type ("!" behind the name: required), blocks by name and "{}".
type described struct {
	Stability string         `json:"stability"`
	Arguments map[string]any `json:"arguments"`
	Exports   []string       `json:"exports,omitempty"`
}

type source struct {
	root     string
	packages map[string]*pkg
}

// pkg is one folder of Go files: its types, its string constants, and what each file imports.
type pkg struct {
	types   map[string]typed
	texts   map[string]bool // types that read themselves from a text
	strings map[string]string
	files   []*ast.File
}

type typed struct {
	expr ast.Expr
	file *ast.File
	in   *pkg
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run ./extract <checkout of grafana/alloy> <its version>")
	}
	src := &source{root: os.Args[1], packages: map[string]*pkg{}}
	found := src.registered()
	result := map[string]described{}
	for _, name := range components {
		one, ok := found[name]
		if !ok {
			log.Fatalf("%s is not registered", name)
		}
		result[name] = one
	}
	logging := src.load("internal/runtime/logging")
	result["logging"] = described{"generally-available", src.body(logging.types["Options"]), nil}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	if err := out.Encode(map[string]any{"version": os.Args[2], "components": result}); err != nil {
		log.Fatal(err)
	}
}

// registered finds every component.Register of the checkout.
func (s *source) registered() map[string]described {
	found := map[string]described{}
	base := filepath.Join(s.root, "internal/component")
	err := filepath.WalkDir(base, func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		relative, _ := filepath.Rel(s.root, dir)
		p := s.load(relative)
		for _, file := range p.files {
			ast.Inspect(file, func(node ast.Node) bool {
				if name, one, ok := s.registration(node, file, p); ok {
					found[name] = one
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	return found
}

func (s *source) registration(node ast.Node, file *ast.File, p *pkg) (string, described, bool) {
	literal, ok := node.(*ast.CompositeLit)
	if !ok || selector(literal.Type) != "component.Registration" {
		return "", described{}, false
	}
	var name string
	var one described
	for _, element := range literal.Elts {
		pair := element.(*ast.KeyValueExpr)
		switch pair.Key.(*ast.Ident).Name {
		case "Name":
			name = p.text(pair.Value)
		case "Stability":
			one.Stability = stability(selector(pair.Value))
		case "Args":
			one.Arguments = s.body(s.literalType(pair.Value, file, p))
		case "Exports":
			for key := range s.body(s.literalType(pair.Value, file, p)) {
				one.Exports = append(one.Exports, strings.TrimSuffix(key, "!"))
			}
		}
	}
	return name, one, name != ""
}

func stability(constant string) string {
	switch strings.TrimPrefix(constant, "featuregate.Stability") {
	case "GenerallyAvailable":
		return "generally-available"
	case "PublicPreview":
		return "public-preview"
	default:
		return "experimental"
	}
}

func (s *source) literalType(expr ast.Expr, file *ast.File, p *pkg) typed {
	literal, ok := expr.(*ast.CompositeLit)
	if !ok {
		return typed{}
	}
	return s.resolve(typed{literal.Type, file, p})
}

// body is what a struct takes, by the tags of its fields.
func (s *source) body(t typed) map[string]any {
	fields := map[string]any{}
	structure, ok := t.expr.(*ast.StructType)
	if !ok {
		return fields
	}
	for _, field := range structure.Fields.List {
		if field.Tag == nil {
			continue
		}
		text, _ := strconv.Unquote(field.Tag.Value)
		tag, ok := reflect.StructTag(text).Lookup("alloy")
		if !ok {
			continue
		}
		parts := strings.Split(tag, ",")
		inner := typed{field.Type, t.file, t.in}
		if len(parts) > 1 && parts[1] == "squash" {
			for name, value := range s.body(s.resolve(inner)) {
				fields[name] = value
			}
			continue
		}
		name := parts[0]
		required := ""
		if len(parts) < 3 || parts[2] != "optional" {
			required = "!"
		}
		if len(parts) > 1 && parts[1] == "block" {
			many := ""
			element := s.resolve(inner)
			if list, ok := element.expr.(*ast.ArrayType); ok {
				many = "[]"
				element = s.resolve(typed{list.Elt, element.file, element.in})
			}
			fields[name+"{}"+many+required] = s.body(element)
			continue
		}
		fields[name+required] = s.leaf(inner)
	}
	return fields
}

// leaf is the sort of value that an attribute takes.
func (s *source) leaf(t typed) string {
	if s.readsText(t) {
		return "string"
	}
	resolved := s.resolve(t)
	switch expr := resolved.expr.(type) {
	case *ast.ArrayType:
		return "list"
	case *ast.MapType:
		return "map"
	case *ast.StructType:
		if selector(t.expr) == "DecisionCacheConfig" {
			return "map"
		}
		return "reference"
	case *ast.Ident:
		switch {
		case expr.Name == "string" || expr.Name == "bool":
			return expr.Name
		case strings.HasPrefix(expr.Name, "int"), strings.HasPrefix(expr.Name, "uint"), strings.HasPrefix(expr.Name, "float"):
			return "number"
		}
	}
	switch name := selector(resolved.expr); name {
	case "units.Base2Bytes", "time.Duration", "ottl.ErrorMode":
		return "string"
	case "url.Values":
		return "map"
	case "flagext.StringSlice":
		return "list"
	default:
		return "any"
	}
}

func (s *source) readsText(t typed) bool {
	switch expr := t.expr.(type) {
	case *ast.StarExpr:
		return s.readsText(typed{expr.X, t.file, t.in})
	case *ast.Ident:
		return t.in.texts[expr.Name]
	case *ast.SelectorExpr:
		folder, ok := strings.CutPrefix(imported(t.file, expr.X.(*ast.Ident).Name), module)
		return ok && s.load(folder).texts[expr.Sel.Name]
	}
	return false
}

// resolve follows pointers, names and imports to what a type is made of; a type of another module stays as it is named.
func (s *source) resolve(t typed) typed {
	switch expr := t.expr.(type) {
	case *ast.StarExpr:
		return s.resolve(typed{expr.X, t.file, t.in})
	case *ast.Ident:
		if named, ok := t.in.types[expr.Name]; ok {
			return s.resolve(named)
		}
	case *ast.SelectorExpr:
		folder, ok := strings.CutPrefix(imported(t.file, expr.X.(*ast.Ident).Name), module)
		// secrets are texts that hide themselves
		if !ok || strings.HasPrefix(folder, "syntax") {
			return t
		}
		if named, ok := s.load(folder).types[expr.Sel.Name]; ok {
			return s.resolve(named)
		}
	}
	return t
}

func imported(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		at, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(at) == name {
			return at
		}
	}
	return ""
}

func (p *pkg) text(expr ast.Expr) string {
	switch value := expr.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(value.Value)
		return text
	case *ast.Ident:
		return p.strings[value.Name]
	}
	return ""
}

func selector(expr ast.Expr) string {
	switch value := expr.(type) {
	case *ast.Ident:
		return value.Name
	case *ast.SelectorExpr:
		return fmt.Sprintf("%s.%s", selector(value.X), value.Sel.Name)
	}
	return ""
}

func (s *source) load(folder string) *pkg {
	if p, ok := s.packages[folder]; ok {
		return p
	}
	p := &pkg{types: map[string]typed{}, texts: map[string]bool{}, strings: map[string]string{}}
	s.packages[folder] = p
	files, _ := filepath.Glob(filepath.Join(s.root, folder, "*.go"))
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			log.Fatal(err)
		}
		p.files = append(p.files, file)
		for _, declaration := range file.Decls {
			if method, ok := declaration.(*ast.FuncDecl); ok && method.Name.Name == "UnmarshalText" && method.Recv != nil {
				receiver := method.Recv.List[0].Type
				if pointer, ok := receiver.(*ast.StarExpr); ok {
					receiver = pointer.X
				}
				p.texts[selector(receiver)] = true
				continue
			}
			general, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				switch one := spec.(type) {
				case *ast.TypeSpec:
					p.types[one.Name.Name] = typed{one.Type, file, p}
				case *ast.ValueSpec:
					for i, name := range one.Names {
						if i < len(one.Values) {
							if literal, ok := one.Values[i].(*ast.BasicLit); ok && literal.Kind == token.STRING {
								p.strings[name.Name], _ = strconv.Unquote(literal.Value)
							}
						}
					}
				}
			}
		}
	}
	return p
}
