package dockerlogs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// engine asks the Docker API. The paths carry no version, so every engine answers with its own; what is read here is the same in all of them,
// and in Podman's.
type engine struct {
	base   string
	client *http.Client
}

// found is a container as the engine lists it.
type found struct {
	ID     string
	Names  []string
	Labels map[string]string
	State  string
	// Status is the state in words, with how long ago: "Exited (0) 3 seconds ago".
	Status  string
	Created int64
}

// begun says whether the container has ever run; the later two are Podman's words.
func (f found) begun() bool {
	return f.State != "created" && f.State != "configured" && f.State != "initialized"
}

// settled says whether the container ended a while ago, so that it cannot have run once more, and ended, between two looks at it.
func (f found) settled() bool {
	return !f.live() && !strings.Contains(f.Status, "second")
}

// live says whether the container may write more.
func (f found) live() bool {
	return f.State == "running" || f.State == "restarting" || f.State == "paused"
}

func newEngine(endpoint string) *engine {
	path, isSocket := strings.CutPrefix(endpoint, "unix://")
	if !isSocket {
		return &engine{base: strings.TrimSuffix(endpoint, "/"), client: &http.Client{Transport: &http.Transport{}}}
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", path)
	}
	return &engine{base: "http://docker", client: &http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// list tells the containers that carry all the labels, stopped ones too.
func (e *engine) list(ctx context.Context, labels map[string]string) ([]found, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	wanted := make([]string, 0, len(labels))
	for key, value := range labels {
		wanted = append(wanted, key+"="+value)
	}
	filters, _ := json.Marshal(map[string][]string{"label": wanted})
	body, err := e.get(ctx, "/containers/json", url.Values{"all": {"1"}, "filters": {string(filters)}})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var all []found
	if err := json.NewDecoder(io.LimitReader(body, 16<<20)).Decode(&all); err != nil {
		return nil, fmt.Errorf("its list of containers cannot be read: %w", err)
	}
	carrying := all[:0]
	for _, one := range all {
		if carries(one.Labels, labels) {
			carrying = append(carrying, one)
		}
	}
	return carrying, nil
}

// logs opens what a container writes and has written since a time. By its name: that is all a proxy has to pass.
func (e *engine) logs(ctx context.Context, name string, since time.Time, follow bool, streams []string) (io.ReadCloser, error) {
	query := url.Values{
		"follow":     {strconv.FormatBool(follow)},
		"timestamps": {"true"},
		"since":      {fmt.Sprintf("%d.%09d", since.Unix(), since.Nanosecond())},
	}
	for _, stream := range streams {
		query.Set(stream, "true")
	}
	return e.get(ctx, "/containers/"+url.PathEscape(name)+"/logs", query)
}

func (e *engine) get(ctx context.Context, path string, query url.Values) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.base+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	response, err := e.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	defer response.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(response.Body, 300))
	return nil, fmt.Errorf("it answers %s: %s", response.Status, strings.TrimSpace(string(said)))
}

func carries(has, wanted map[string]string) bool {
	for key, value := range wanted {
		if has[key] != value {
			return false
		}
	}
	return true
}
