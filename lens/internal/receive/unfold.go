package receive

import (
	"fmt"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Fields of opentelemetry-proto v1.11, metrics/v1/metrics.proto.
const (
	requestResourceMetrics protowire.Number = 1

	resourceMetricsResource protowire.Number = 1
	resourceMetricsScopes   protowire.Number = 2

	scopeMetricsScope protowire.Number = 1
)

const (
	// maxUnfolded is how many messages a request for metrics may have, where each
	// point has those of its resource and scope too. An attribute is two messages.
	// One takes some hundred bytes while rows are made.
	maxUnfolded = 4_000_000
	// pointCost is what a point takes besides, in messages.
	pointCost = 8
	// maxMessageDepth is how deep messages may stand in each other, as package proto
	// has it.
	maxMessageDepth = 10_000
)

// errUnfolded says that points are too many, or their resource says too much.
var errUnfolded = fmt.Errorf("%w: an attribute of a resource counts with each of its points", errMany)

var (
	resourceMessage     = (*metricspb.ResourceMetrics)(nil).ProtoReflect().Descriptor().Fields().ByNumber(resourceMetricsResource).Message()
	scopeMetricsMessage = (*metricspb.ScopeMetrics)(nil).ProtoReflect().Descriptor()
	scopeMessage        = scopeMetricsMessage.Fields().ByNumber(scopeMetricsScope).Message()
)

// checkUnfolded returns an error if an ExportMetricsServiceRequest in protobuf would
// take too much memory as messages or as rows. It makes neither.
func checkUnfolded(body []byte) error {
	var total tally
	return each(body, requestResourceMetrics, func(resource []byte) error {
		var shared tally
		total.messages++
		err := each(resource, resourceMetricsResource, func(b []byte) error { return shared.count(b, resourceMessage, 0) })
		if err != nil {
			return err
		}
		total.messages += shared.messages
		return each(resource, resourceMetricsScopes, func(metrics []byte) error {
			var scope, all tally
			err := each(metrics, scopeMetricsScope, func(b []byte) error { return scope.count(b, scopeMessage, 0) })
			if err != nil {
				return err
			}
			if err := all.count(metrics, scopeMetricsMessage, 0); err != nil {
				return err
			}
			total.messages += all.messages + all.points*(shared.messages+scope.messages+pointCost)
			if total.messages > maxUnfolded {
				return errUnfolded
			}
			return nil
		})
	})
}

// each calls f with each field of a number.
func each(b []byte, number protowire.Number, f func([]byte) error) error {
	return fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		if n != number {
			return nil
		}
		return f(data)
	})
}

// tally counts the messages that make a message up, itself too, and those of them
// that are points.
type tally struct{ messages, points int }

func (t *tally) count(b []byte, d protoreflect.MessageDescriptor, depth int) error {
	t.messages++
	if t.messages > maxUnfolded {
		return errUnfolded
	}
	if depth > maxMessageDepth {
		return errWire
	}
	return fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		field := d.Fields().ByNumber(n)
		if field == nil || field.Message() == nil {
			return nil
		}
		if field.Name() == "data_points" {
			t.points++
		}
		return t.count(data, field.Message(), depth+1)
	})
}
