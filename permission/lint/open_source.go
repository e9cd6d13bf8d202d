package lint

import "strings"

// broadSourceArn leaves to sourceOnIAM what no source can match.
func broadSourceArn(g *grant) problem {
	if g.caller.isIAM() || !g.source.IsValid() || isVariable(g.SourceArn) || !hasWildcard(g.SourceArn) {
		return problem{}
	}
	p := problem{field: "SourceArn", fix: "name the source, or at least how its name begins"}
	switch {
	case isWholeKind(g):
		p.message = quote(g.SourceArn) + " matches every source of its kind"
	case isUnownedPrefix(g):
		p.message = quote(g.SourceArn) + " matches sources of other accounts"
		p.fix = "add SourceAccount, the account that owns the source"
	}
	return p
}

// isWholeKind reports whether SourceArn matches all that the service can send;
// where that is not known, whether it is no more than a type and a wildcard.
func isWholeKind(g *grant) bool {
	resource := g.source.Resource()
	if source, ok := g.sourceOf(); ok && source.Resource != "" {
		return includes(resource, source.Resource)
	}
	return resource == "*" || isType(strings.TrimSuffix(resource, "*")) && strings.HasSuffix(resource, "*")
}

// isType reports whether s is a word with the separator that follows it.
func isType(s string) bool {
	word := strings.TrimRight(s, "/:")
	return len(s) == len(word)+1 && word != "" && !strings.ContainsAny(word, "/:.?*")
}

// isUnownedPrefix reports whether a wildcard stands in the name of a bucket, or
// of another source whose ARN has no account, and nothing names the account.
func isUnownedPrefix(g *grant) bool {
	name, _, _ := strings.Cut(g.source.Resource(), "/")
	return g.source.AccountID() == "" && g.SourceAccount == "" && hasWildcard(name)
}
