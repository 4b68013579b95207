# metrics_receiver.go without the receiver's API server, which no pipeline here asks for.
/if r.cfg.APIServer.Enabled {/,/^\t}/d
/^func (r \*pReceiver) initAPIServer/,/^}/d
/^\/\/ Helper function from the Prometheus web package/,/^}/d
/^\t\("net\/url"\|"os"\|"runtime"\|"runtime\/debug"\|"strings"\)$/d
/^\t\(grafanaRegexp\|toolkit_web\|api_v1\) "/d
/^\t".*\/\(go-conntrack\|promhttp\|promslog\|route\|version\|storage\|httputil\|web\|otelhttp\|netutil\)"$/d
# It was written for Prometheus 3.9 and is compiled with 3.12.
s/refreshSdMetrics := discovery.NewRefreshMetrics(r.registerer)/sdMetrics, err := discovery.CreateAndRegisterSDMetrics(r.registerer)/
/sdMetrics, err := discovery.RegisterSDMetrics/d
s/refreshSdMetrics.Unregister()/sdMetrics.RefreshManager.Unregister()/
s/range sdMetrics {/range sdMetrics.MechanismMetrics {/
s/scrape.NewManager(scrapeOpts, logger, nil, store, /&nil, /
