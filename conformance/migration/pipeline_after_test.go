package migration_test

import (
	"context"
	"log"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
)

func setupAfter(ctx context.Context) *telemetry.Telemetry {
	// doc:setup-after
	tel, err := telemetry.Init(ctx)
	if err != nil {
		log.Print(err) // bad configuration only; tel is never nil
	}
	// doc:end
	return tel
}

func grpcAfter(ctx context.Context) (*telemetry.Telemetry, error) {
	// doc:grpc-after
	return telemetry.Init(ctx, telemetry.WithEndpoint("http://collector.internal:4318"))
	// doc:end
}

func resourceAfter() []telemetry.Option {
	// doc:resource-after
	options := []telemetry.Option{
		telemetry.WithService("lift-api", "1.4.0"),
		telemetry.WithEnvironment("production"),
		telemetry.WithResourceAttributes(attribute.String("lift.cell", "eu-1")),
	}
	// doc:end
	return options
}

func samplerAfter() telemetry.Option {
	// doc:sampler-after
	option := telemetry.WithSampleRatio(0.5)
	// doc:end
	return option
}

func shutdownAfter(ctx context.Context, tel *telemetry.Telemetry) error {
	// doc:shutdown-after
	err := tel.Shutdown(context.WithoutCancel(ctx)) // within 5 s; says what was lost
	// doc:end
	return err
}
