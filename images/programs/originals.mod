// The two modules that build.sh compiles from copies; originals.sum says what they have to be.
module game-scheduler-otel/images/programs/originals

go 1.26.5
