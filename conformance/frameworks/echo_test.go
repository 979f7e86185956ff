package frameworks_test

import (
	"log/slog"
	"net/http"

	echo4 "github.com/labstack/echo/v4"
	middleware4 "github.com/labstack/echo/v4/middleware"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

// doc:echo-route

// echoRoute tells the server span which route echo chose.
func echoRoute(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		telemetryhttp.SetRoute(c.Request().Context(), c.Path())
		return next(c)
	}
}

// doc:end

func serveEcho() http.Handler {
	// doc:echo
	router := echo.New()
	router.Use(echoRoute, middleware.Recover())
	router.Group("/api").GET("/sessions/:id", func(c *echo.Context) error {
		return refine(c.Request().Context(), c.Param("id"))
	})
	handler := telemetryhttp.NewHandler(router)
	// doc:end
	router.Logger = slog.New(slog.DiscardHandler)
	return handler
}

// doc:echo4-route

// echo4Route is the same for echo v4.
func echo4Route(next echo4.HandlerFunc) echo4.HandlerFunc {
	return func(c echo4.Context) error {
		telemetryhttp.SetRoute(c.Request().Context(), c.Path())
		return next(c)
	}
}

// doc:end

func serveEcho4() http.Handler {
	router := echo4.New()
	router.Logger.SetOutput(quiet.Writer())
	router.Use(echo4Route, middleware4.Recover())
	router.Group("/api").GET("/sessions/:id", func(c echo4.Context) error {
		return refine(c.Request().Context(), c.Param("id"))
	})
	return telemetryhttp.NewHandler(router)
}
