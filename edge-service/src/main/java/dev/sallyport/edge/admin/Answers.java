package dev.sallyport.edge.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Answers of the API: JSON that no cache keeps. */
final class Answers {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Answers() {}

  static Response ok(Object view) {
    return builder(view, 200).build();
  }

  static Response tagged(Object view, int status, long revision) {
    return builder(view, status).header(HttpHeaders.ETAG, Revisions.tag(revision)).build();
  }

  private static Response.ResponseBuilder builder(Object view, int status) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(json(view));
  }

  /** A view as JSON, whatever the assembly's own mapper is set to. */
  static String json(Object view) {
    try {
      return JSON.writeValueAsString(view);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view of the admin API is always JSON", e);
    }
  }
}
