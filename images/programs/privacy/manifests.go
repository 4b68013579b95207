package privacy

// Who wrote a package, which its manifest tells everybody: {"name": "p-limit", "version": "5.0.0", "author": "…", "license": "MIT"}.

// isWriter says whether a key names who wrote something.
func isWriter(key string) bool {
	switch key {
	case "author", "authors", "maintainer", "maintainers", "contributors", "publisher", "Author", "Authors", "Maintainer":
		return true
	}
	return false
}

// isManifest says whether keys are those of a package.
func isManifest(keys string) bool {
	return containsFold(keys, "crate ") && containsFold(keys, "edition") || containsFold(keys, "version") && containsFold(keys, "name") && (containsFold(keys, "license") || containsFold(keys, "licence") || containsFold(keys, "dependencies") || containsFold(keys, "homepage") && containsFold(keys, "repository"))
}
