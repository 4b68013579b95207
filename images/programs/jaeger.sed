# Jaeger was written for collector 0.140 and is compiled with 0.145. Its exporter has no queue: what it has taken is stored.
/exporterhelper.WithQueue(cfg.QueueConfig),/d
/otelhttp.WithRouteTag(route, handler)/d
s/\(HTTP\)\.Endpoint/\1.NetAddr.Endpoint/g
s/^\t\t\tEndpoint: ports.PortToHostPort(ports.QueryHTTP),/\t\t\tNetAddr: confignet.AddrConfig{Endpoint: ports.PortToHostPort(ports.QueryHTTP), Transport: confignet.TransportTypeTCP},/
s/^\t\ttelset.Host,$/\t\ttelset.Host.GetExtensions(),/
# Badger's caches and tables are made for servers: these fit a small container.
s/badger.DefaultOptions("")/&.WithMemTableSize(16 << 20).WithNumMemtables(2).WithBlockCacheSize(32 << 20).WithValueLogFileSize(64 << 20)/
