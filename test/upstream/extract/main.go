// Extract reads names and keys of the components that the pipeline is made of from the sources of many collector versions, which `go` downloads,
// and writes for each in which of the versions it exists, as JSON. Nothing is compiled or run: generated files name a component, the tags of
// its Config say what it takes.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

const (
	core    = "go.opentelemetry.io/collector/"
	contrib = "github.com/open-telemetry/opentelemetry-collector-contrib/"
)

// components by the name that the pipeline's model gives them.
var components = map[string]string{
	"receiver/otlp":                   core + "receiver/otlpreceiver",
	"receiver/postgresql":             contrib + "receiver/postgresqlreceiver",
	"receiver/redis":                  contrib + "receiver/redisreceiver",
	"receiver/nginx":                  contrib + "receiver/nginxreceiver",
	"receiver/docker_stats":           contrib + "receiver/dockerstatsreceiver",
	"receiver/hostmetrics":            contrib + "receiver/hostmetricsreceiver",
	"receiver/prometheus":             contrib + "receiver/prometheusreceiver",
	"processor/memory_limiter":        core + "processor/memorylimiterprocessor",
	"processor/batch":                 core + "processor/batchprocessor",
	"processor/resource":              contrib + "processor/resourceprocessor",
	"processor/filter":                contrib + "processor/filterprocessor",
	"processor/transform":             contrib + "processor/transformprocessor",
	"processor/redaction":             contrib + "processor/redactionprocessor",
	"processor/tail_sampling":         contrib + "processor/tailsamplingprocessor",
	"processor/probabilistic_sampler": contrib + "processor/probabilisticsamplerprocessor",
	"processor/cumulativetodelta":     contrib + "processor/cumulativetodeltaprocessor",
	"connector/spanmetrics":           contrib + "connector/spanmetricsconnector",
	"connector/servicegraph":          contrib + "connector/servicegraphconnector",
	"connector/forward":               core + "connector/forwardconnector",
	"exporter/otlphttp":               core + "exporter/otlphttpexporter",
	"extension/health_check":          contrib + "extension/healthcheckextension",
	"extension/file_storage":          contrib + "extension/storage/filestorage",
	"extension/basicauth":             contrib + "extension/basicauthextension",
}

// what components share. The core numbers some of it v1, one module sooner than the other: each is asked for by both numbers.
var shared = []string{
	core + "config/configauth", core + "config/configgrpc", core + "config/confighttp", core + "config/configmiddleware",
	core + "config/confignet", core + "config/configretry", core + "config/configtls", core + "config/configcompression",
	core + "config/configoptional", core + "exporter/exporterhelper", core + "scraper/scraperhelper",
	core + "internal/memorylimiter", contrib + "internal/docker", contrib + "internal/filter",
	contrib + "internal/coreinternal", contrib + "internal/healthcheck",
}

// unknown stands for what a type of another module, or one that reads itself, may hold.
const unknown = "*"

// source is one version's modules by their path.
type source struct {
	folders  map[string]string
	packages map[string]*pkg
}

type pkg struct {
	types map[string]typed
	named []string // component types
}

type typed struct {
	expr ast.Expr
	file *ast.File
	in   *pkg
}

func main() {
	from, to := 141, 0
	if len(os.Args) > 1 {
		to, _ = strconv.Atoi(os.Args[1])
	}
	if to == 0 || len(os.Args) > 3 {
		log.Fatal("usage: go run ./extract <newest minor version, such as 163> [table.json with the versions before]")
	}
	names, keys := map[string]facts{}, map[string]facts{}
	read, unread := facts{}, facts{}
	next := from
	if len(os.Args) == 3 {
		next = takeOver(os.Args[2], from, names, keys, read, unread)
	}
	for minor := next; minor <= to; minor++ {
		version := fmt.Sprintf("0.%d.0", minor)
		src := &source{folders: download(minor), packages: map[string]*pkg{}}
		for component, module := range components {
			if names[component] == nil {
				names[component], keys[component] = facts{}, facts{}
			}
			if src.folders[module] == "" {
				unread[component] = append(unread[component], version)
				continue
			}
			read[component] = append(read[component], version)
			for _, name := range src.load(module + "/internal/metadata").named {
				names[component][name] = append(names[component][name], version)
			}
			found := map[string]bool{}
			src.collect(src.load(module).types["Config"], "", found, 0)
			for key := range found {
				keys[component][key] = append(keys[component][key], version)
			}
		}
		log.Println("read", version)
	}
	ranges := func(component string, f facts) map[string]string {
		result := map[string]string{}
		for name, in := range f {
			result[name] = span(in, read[component])
		}
		return result
	}
	result := map[string]any{}
	for component := range components {
		one := map[string]any{"names": ranges(component, names[component]), "keys": ranges(component, keys[component])}
		if missing := unread[component]; missing != nil {
			one["unread"] = missing
		}
		result[component] = one
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	err := out.Encode(map[string]any{"from": fmt.Sprintf("0.%d.0", from), "to": fmt.Sprintf("0.%d.0", to), "components": result})
	if err != nil {
		log.Fatal(err)
	}
}

// facts are versions by name or key.
type facts map[string][]string

// takeOver puts what an earlier run found into the facts, since what could be had then may not be had today, and says which version comes next.
func takeOver(file string, from int, names, keys map[string]facts, read, unread facts) int {
	content, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var before struct {
		To         string
		Components map[string]struct {
			Names, Keys map[string]string
			Unread      []string
		}
	}
	if err := json.Unmarshal(content, &before); err != nil {
		log.Fatal(err)
	}
	newest := minorOf(before.To)
	for component, known := range before.Components {
		names[component], keys[component], unread[component] = facts{}, facts{}, known.Unread
		for minor := from; minor <= newest; minor++ {
			if version := fmt.Sprintf("0.%d.0", minor); !slices.Contains(known.Unread, version) {
				read[component] = append(read[component], version)
			}
		}
		for name, in := range known.Names {
			names[component][name] = versionsOf(in, read[component])
		}
		for key, in := range known.Keys {
			keys[component][key] = versionsOf(in, read[component])
		}
	}
	return newest + 1
}

// versionsOf is the reverse of span.
func versionsOf(in string, versions []string) []string {
	if strings.Count(in, ".") > 1 && !strings.Contains(in, "-") {
		return strings.Fields(in)
	}
	first, last, isRange := strings.Cut(in, "-")
	var result []string
	for _, version := range versions {
		minor := minorOf(version)
		if !isRange || (first == "" || minor >= minorOf(first)) && (last == "" || minor <= minorOf(last)) {
			result = append(result, version)
		}
	}
	return result
}

func minorOf(version string) int {
	minor, err := strconv.Atoi(strings.Split(version, ".")[1])
	if err != nil {
		log.Fatal(err)
	}
	return minor
}

// span says in which versions something exists: "" in all, "0.146-" since, "-0.142" up to and with.
func span(in, versions []string) string {
	short := func(version string) string { return strings.TrimSuffix(version, ".0") }
	first, last := slices.Index(versions, in[0]), slices.Index(versions, in[len(in)-1])
	if last-first+1 != len(in) {
		return strings.Join(in, " ")
	}
	text := ""
	if first > 0 {
		text = short(in[0])
	}
	if first > 0 || last < len(versions)-1 {
		text += "-"
	}
	if last < len(versions)-1 {
		text += short(in[len(in)-1])
	}
	return text
}

// download gets the modules of one version, and says where they are.
func download(minor int) map[string]string {
	var wanted []string
	for _, module := range components {
		wanted = append(wanted, fmt.Sprintf("%s@v0.%d.0", module, minor))
	}
	for _, module := range shared {
		wanted = append(wanted, fmt.Sprintf("%s@v0.%d.0", module, minor))
		if strings.HasPrefix(module, core) {
			wanted = append(wanted, fmt.Sprintf("%s@v1.%d.0", module, minor-94))
		}
	}
	sort.Strings(wanted)
	// what the proxy has not is left out, and said to be unread
	output, _ := exec.Command("go", append([]string{"mod", "download", "-json"}, wanted...)...).Output()
	folders := map[string]string{}
	decoder := json.NewDecoder(strings.NewReader(string(output)))
	for decoder.More() {
		var one struct{ Path, Dir string }
		if err := decoder.Decode(&one); err != nil {
			log.Fatal(err)
		}
		if one.Dir != "" {
			folders[one.Path] = one.Dir
		}
	}
	return folders
}

// collect finds the paths of all keys below a type.
func (s *source) collect(t typed, at string, found map[string]bool, depth int) {
	t = s.resolve(t)
	switch expr := t.expr.(type) {
	case *ast.StructType:
		for _, field := range expr.Fields.List {
			s.field(typed{field.Type, t.file, t.in}, field, at, found, depth)
		}
	case *ast.ArrayType:
		s.collect(typed{expr.Elt, t.file, t.in}, at, found, depth)
	case *ast.MapType, *ast.SelectorExpr, *ast.InterfaceType:
		found[strings.TrimPrefix(at+"."+unknown, ".")] = true
	}
}

func (s *source) field(inner typed, field *ast.Field, at string, found map[string]bool, depth int) {
	tag := ""
	if field.Tag != nil {
		text, _ := strconv.Unquote(field.Tag.Value)
		tag = reflect.StructTag(text).Get("mapstructure")
	}
	name, options, _ := strings.Cut(tag, ",")
	if options == "squash" || options == "remain" || (tag == "" && len(field.Names) == 0) {
		if options == "remain" {
			found[strings.TrimPrefix(at+"."+unknown, ".")] = true
			return
		}
		s.collect(inner, at, found, depth+1)
		return
	}
	if depth > 12 {
		return
	}
	own := name == "-"
	if name == "" || own {
		if len(field.Names) != 1 || !field.Names[0].IsExported() {
			return
		}
		// without a tag the field's own name is the key, in any case
		name = strings.ToLower(field.Names[0].Name)
	}
	key := strings.TrimPrefix(at+"."+name, ".")
	found[key] = true
	if own {
		// the struct reads it itself, in a way that its tags do not say
		found[key+"."+unknown] = true
		return
	}
	if isOptional(inner.expr) {
		found[key+".enabled"] = true
	}
	s.collect(inner, key, found, depth+1)
}

// isOptional says whether configoptional reads a type, which takes "enabled" besides what is in it.
func isOptional(expr ast.Expr) bool {
	index, ok := expr.(*ast.IndexExpr)
	if !ok {
		return false
	}
	of, ok := index.X.(*ast.SelectorExpr)
	return ok && of.Sel.Name == "Optional"
}

// resolve follows pointers, optionals, names and imports to what a type is made of.
func (s *source) resolve(t typed) typed {
	switch expr := t.expr.(type) {
	case *ast.StarExpr:
		return s.resolve(typed{expr.X, t.file, t.in})
	case *ast.IndexExpr:
		return s.resolve(typed{expr.Index, t.file, t.in})
	case *ast.Ident:
		if named, ok := t.in.types[expr.Name]; ok {
			return s.resolve(named)
		}
	case *ast.SelectorExpr:
		if named, ok := s.load(imported(t.file, expr.X.(*ast.Ident).Name)).types[expr.Sel.Name]; ok {
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

var componentType = regexp.MustCompile(`MustNewType\("([a-z0-9_]+)"\)`)

// load reads the Go files of an import path that one of the modules has; nothing of others.
func (s *source) load(at string) *pkg {
	if p, ok := s.packages[at]; ok {
		return p
	}
	p := &pkg{types: map[string]typed{}}
	s.packages[at] = p
	folder := ""
	for module, dir := range s.folders {
		if at == module || strings.HasPrefix(at, module+"/") {
			folder = filepath.Join(dir, strings.TrimPrefix(at, module))
		}
	}
	if folder == "" {
		return p
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.go"))
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			log.Fatal(err)
		}
		for _, match := range componentType.FindAllSubmatch(content, -1) {
			p.named = append(p.named, string(match[1]))
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		if err != nil {
			log.Fatal(err)
		}
		for _, declaration := range file.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				if one, ok := spec.(*ast.TypeSpec); ok {
					p.types[one.Name.Name] = typed{one.Type, file, p}
				}
			}
		}
	}
	return p
}
