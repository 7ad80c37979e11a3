// Starts Swagger UI on the description that the page names.
const place = document.getElementById("reference");
window.SwaggerUIBundle({
  url: place.dataset.description,
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "none",
  requestInterceptor(request) {
    const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/);
    if (token && !request.headers.Authorization) request.headers["X-CSRFToken"] = token[1];
    return request;
  },
});
