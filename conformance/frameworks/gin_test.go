package frameworks_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// doc:gin-route

// ginRoute tells the server span which route gin chose.
func ginRoute(c *gin.Context) {
	telemetryhttp.SetRoute(c.Request.Context(), c.FullPath())
}

// doc:end

func serveGin() http.Handler {
	// doc:gin
	router := gin.New()
	router.Use(ginRoute, gin.Recovery())
	router.Group("/api").GET("/sessions/:id", func(c *gin.Context) {
		if err := refine(c.Request.Context(), c.Param("id")); err != nil {
			c.AbortWithStatus(http.StatusInternalServerError)
		}
	})
	handler := telemetryhttp.NewHandler(router)
	// doc:end
	return handler
}

// A *gin.Context is a context.Context, but not by itself that of the request.
func TestGinContext(t *testing.T) {
	request := func(c *gin.Context) context.Context { return c.Request.Context() }
	own := func(c *gin.Context) context.Context { return c }
	for _, tt := range []struct {
		name, reason string
		ctx          func(*gin.Context) context.Context
		fallback     bool
		roots        []string
	}{
		{"request's", "it has the server span", request, false, []string{"GET /"}},
		{"gin's", "it has nothing, so that the session begins a trace of its own", own, false, []string{"GET /", attr.SpanSessionUpdate}},
		{"gin's with fallback", "it looks into the request's", own, true, []string{"GET /"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := initialize(t)
			router := gin.New()
			router.ContextWithFallback = tt.fallback
			router.Use(ginRoute)
			router.GET("/", func(c *gin.Context) { _ = refine(tt.ctx(c), works) })
			get(t, telemetryhttp.NewHandler(router), "/")
			var roots []string
			for _, s := range r.tree() {
				roots = append(roots, s.Name)
			}
			if diff := cmp.Diff(tt.roots, roots); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
