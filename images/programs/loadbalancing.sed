# The resolvers of Kubernetes and of AWS are left out with their clients: a gateway tier is found by DNS.
# config.go
/servicediscovery\/types"/d
/^\tK8sSvc  *configoptional/d
/^\tAWSCloudMap  *configoptional/d
/^type K8sSvcResolver struct {/,/^}/d
/^type AWSCloudMapResolver struct {/,/^}/d
/^\/\/ K8sSvcResolver defines/d
# loadbalancer.go
/if oCfg.Resolver.\(AWSCloudMap\|K8sSvc\).HasValue() {/,/^\t}/d
# trace_exporter.go: where one gateway of several refuses, its part alone is sent again. The others have theirs, and would have it twice.
/^\tfor exp, td := range exporterSegregatedTraces {/i\
	refused := ptrace.NewTraces()
/e.logger.Debug("failed to export traces"/a\
			td.ResourceSpans().MoveAndAppendTo(refused.ResourceSpans())
/^func (e \*traceExporterImp) ConsumeTraces/,/^}/{
/^\treturn errs$/i\
	if errs != nil \&\& refused.SpanCount() > 0 {\
		return consumererror.NewTraces(errs, refused)\
	}
}
/pkg\/batchpersignal"$/i\
	"go.opentelemetry.io/collector/consumer/consumererror"
