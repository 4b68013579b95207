// The modules of which build.sh compiles copies; originals.sum says what they have to be.
module game-scheduler-otel/images/programs/originals

go 1.26.5
