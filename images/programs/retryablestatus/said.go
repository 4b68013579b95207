package retryablestatus

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"unicode"

	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

const (
	maxRead = 64 * 1024
	maxSaid = 200
	// shortestKey keeps ordinary words of a header, "gzip", from being masked in a sentence.
	shortestKey = 8
)

// said is the backend's own explanation in one line, without any key of the request. It reads the body to its end and closes it.
func said(response *http.Response, request *http.Request) string {
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxRead))
	if err != nil {
		return ""
	}
	text := string(body)
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/x-protobuf") {
		var explained status.Status
		if proto.Unmarshal(body, &explained) != nil {
			return ""
		}
		text = explained.Message
	}
	return shortened(masked(text, request.Header))
}

func shortened(text string) string {
	line := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if runes := []rune(line); len(runes) > maxSaid {
		return string(runes[:maxSaid]) + "…"
	}
	return line
}

// masked hides what the request signed in with, should the backend repeat it.
func masked(text string, headers http.Header) string {
	for _, values := range headers {
		for _, value := range values {
			for _, key := range keysIn(value) {
				text = strings.ReplaceAll(text, key, "****")
			}
		}
	}
	return text
}

// keysIn a header: all of it, what stands behind a scheme, and user and password of basic authentication.
func keysIn(header string) []string {
	candidates := []string{header}
	if _, credential, found := strings.Cut(header, " "); found {
		candidates = append(candidates, credential)
		if pair, err := base64.StdEncoding.DecodeString(credential); err == nil {
			user, password, _ := strings.Cut(string(pair), ":")
			candidates = append(candidates, string(pair), user, password)
		}
	}
	keys := candidates[:0]
	for _, candidate := range candidates {
		if len(candidate) >= shortestKey {
			keys = append(keys, candidate)
		}
	}
	return keys
}
