module game-scheduler-otel/test/upstream

go 1.26.0
