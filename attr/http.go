package attr

import "go.opentelemetry.io/otel/attribute"

// The HTTP group: what otelhttp writes on server and client spans and metrics.
const (
	HTTPRoute                 attribute.Key = "http.route"
	HTTPRequestMethod         attribute.Key = "http.request.method"
	HTTPRequestMethodOriginal attribute.Key = "http.request.method_original"
	HTTPRequestBodySize       attribute.Key = "http.request.body.size"
	HTTPResponseBodySize      attribute.Key = "http.response.body.size"
	HTTPResponseStatusCode    attribute.Key = "http.response.status_code"
	URLFull                   attribute.Key = "url.full"
	URLPath                   attribute.Key = "url.path"
	URLScheme                 attribute.Key = "url.scheme"
	ServerAddress             attribute.Key = "server.address"
	ServerPort                attribute.Key = "server.port"
	ClientAddress             attribute.Key = "client.address"
	NetworkPeerAddress        attribute.Key = "network.peer.address"
	NetworkPeerPort           attribute.Key = "network.peer.port"
	NetworkProtocolName       attribute.Key = "network.protocol.name"
	NetworkProtocolVersion    attribute.Key = "network.protocol.version"
	UserAgentOriginal         attribute.Key = "user_agent.original"
)

var httpDefs = []Def{
	{
		Name: string(HTTPRoute), Type: TypeString, Package: inHTTP, Source: sourceHTTP, Spans: onServer,
		Brief: "The route that matched, as the router spells it.", Note: "Low cardinality: group by it, not by url.path.",
	},
	{
		Name: string(HTTPRequestMethod), Type: TypeString, Package: inHTTP, Source: sourceHTTP, Spans: onHTTP,
		Brief: "The method; _OTHER where it is not a known one.",
	},
	{
		Name: string(HTTPRequestMethodOriginal), Type: TypeString, Package: inHTTP, Source: sourceHTTP, Spans: onHTTP,
		Brief: "The method as sent, where it is not a known one.",
	},
	{
		Name: string(HTTPRequestBodySize), Type: TypeInt, Unit: "bytes", Package: inHTTP, Source: sourceHTTP, Stability: Development, Spans: onHTTP,
		Brief: "Size of the request's body.",
	},
	{
		Name: string(HTTPResponseBodySize), Type: TypeInt, Unit: "bytes", Package: inHTTP, Source: sourceHTTP, Stability: Development, Spans: onHTTP,
		Brief: "Size of the response's body.",
	},
	{
		Name: string(HTTPResponseStatusCode), Type: TypeInt, Package: inHTTP, Source: sourceHTTP, Spans: onHTTP,
		Brief: "Status code of the response.",
	},
	{
		Name: string(URLFull), Type: TypeString, Package: inHTTP, Source: sourceURL, Spans: onClient,
		Brief: "The address that was called, without credentials.",
	},
	{
		Name: string(URLPath), Type: TypeString, Package: inHTTP, Source: sourceURL, Spans: onServer,
		Brief: "Path of the request.",
	},
	{
		Name: string(URLScheme), Type: TypeString, Package: inHTTP, Source: sourceURL, Spans: onServer,
		Brief: "Scheme of the request.",
	},
	{
		Name: string(ServerAddress), Type: TypeString, Package: inHTTP, Source: sourceServer, Spans: onHTTP,
		Brief: "The host that was called.",
	},
	{
		Name: string(ServerPort), Type: TypeInt, Package: inHTTP, Source: sourceServer, Spans: onHTTP,
		Brief: "The port that was called; absent where it is the scheme's own.",
	},
	{
		Name: string(ClientAddress), Type: TypeString, Package: inHTTP, Source: sourceClient, Spans: onServer,
		Brief: "The client's address, behind proxies where they say so.",
	},
	{
		Name: string(NetworkPeerAddress), Type: TypeString, Package: inHTTP, Source: sourceNetwork, Spans: onServer,
		Brief: "Address of the other end of the connection.",
	},
	{
		Name: string(NetworkPeerPort), Type: TypeInt, Package: inHTTP, Source: sourceNetwork, Spans: onServer,
		Brief: "Port of the other end of the connection.",
	},
	{
		Name: string(NetworkProtocolName), Type: TypeString, Package: inHTTP, Source: sourceNetwork, Spans: onHTTP,
		Brief: "The protocol, where it is not HTTP.",
	},
	{
		Name: string(NetworkProtocolVersion), Type: TypeString, Package: inHTTP, Source: sourceNetwork, Spans: onHTTP,
		Brief: "Version of the protocol.",
	},
	{
		Name: string(UserAgentOriginal), Type: TypeString, Package: inHTTP, Source: sourceUserAgent, Spans: onServer,
		Brief: "The client's User-Agent header.",
	},
}
