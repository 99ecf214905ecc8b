package dev.sallyport.edge.admin;

import dev.sallyport.edge.ErrorStatus;
import dev.sallyport.edge.declaration.tree.Finding;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import io.smallrye.mutiny.TimeoutException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure of the admin API as problem details. */
class Problems {

  private static final Logger LOG = Logger.getLogger(Problems.class);

  @ServerExceptionMapper
  Response expected(CallFailed failed, HttpHeaders headers) {
    return response(failed.failure(), headers);
  }

  @ServerExceptionMapper
  Response notPermitted(NotPermitted refused) {
    return response(Problem.of(refused));
  }

  @ServerExceptionMapper
  Response late(TimeoutException failed, HttpHeaders headers) {
    return response(Failure.of(ErrorCode.PEER_UNAVAILABLE), headers);
  }

  @ServerExceptionMapper
  Response body(BodyRefused refused) {
    List<Problem.Member> members =
        refused.findings().stream()
            .map(
                finding ->
                    new Problem.Member(
                        finding.key(),
                        finding.at().line(),
                        finding.at().column(),
                        finding.message()))
            .toList();
    Finding first = refused.findings().getFirst();
    String detail = first.key().isEmpty() ? first.message() : first.key() + ": " + first.message();
    return response(Problem.of(ErrorCode.INVALID_PARAMS, detail, 400, members));
  }

  /** What the framework refuses: no such path, method or media type. */
  @ServerExceptionMapper
  Response framework(WebApplicationException refused) {
    int status = refused.getResponse().getStatus();
    Failure failure =
        switch (status) {
          case 404 -> Failure.of(ErrorCode.NOT_FOUND, "There is nothing at this path.");
          case 405 -> Failure.of(ErrorCode.UNKNOWN_METHOD, "This path has no such method.");
          case 406 -> Failure.of(ErrorCode.INVALID_PARAMS, "The answer can only be JSON.");
          case 415 -> Failure.of(ErrorCode.INVALID_PARAMS, "Send application/json.");
          case 413 -> Failure.of(ErrorCode.FRAME_TOO_LARGE);
          default ->
              status < 500
                  ? Failure.of(ErrorCode.INVALID_PARAMS, "The request cannot be understood.")
                  : Failure.of(ErrorCode.INTERNAL);
        };
    if (status >= 500) {
      LOG.error("admin API: unexpected failure", refused);
    }
    return response(Problem.of(failure, status));
  }

  @ServerExceptionMapper
  Response unexpected(Throwable error) {
    LOG.error("admin API: unexpected failure", error);
    return response(
        Problem.of(
            Failure.of(ErrorCode.INTERNAL, "The gateway failed; its log has the cause."), 500));
  }

  private static Response response(Failure failure, HttpHeaders headers) {
    int status = ErrorStatus.of(failure.code());
    // RFC 9110, sections 13.1.1 and 13.1.2: a precondition that does not hold is 412.
    if (failure.code() == ErrorCode.CONFLICT
        && (headers.getHeaderString(HttpHeaders.IF_MATCH) != null
            || headers.getHeaderString(HttpHeaders.IF_NONE_MATCH) != null)) {
      status = 412;
    }
    Response response = response(Problem.of(failure, status));
    if (failure.retryAfter() != null) {
      response.getHeaders().add(HttpHeaders.RETRY_AFTER, ErrorStatus.seconds(failure.retryAfter()));
    }
    return response;
  }

  private static Response response(Problem problem) {
    Response.ResponseBuilder response =
        Response.status(problem.status())
            .type(Problem.MEDIA_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(problem);
    if (problem.status() == 401) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"sallyport-admin\"");
    }
    return response.build();
  }
}
