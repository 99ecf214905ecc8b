package dev.sallyport.edge.admin;

import dev.sallyport.edge.idempotency.Answer;
import dev.sallyport.edge.idempotency.Claim;
import dev.sallyport.edge.idempotency.FirstAnswers;
import dev.sallyport.edge.idempotency.IdempotencyKey;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.Permission;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Every POST with an {@code Idempotency-Key} is done once: sent again, it is answered as the first
 * time. A first answer that was a failure of the gateway, or a refusal that may pass, is not kept,
 * and the request may be sent again. Without the header nothing here happens.
 */
@Singleton
class OnceOnly {

  static final String KEY_HEADER = "Idempotency-Key";
  static final String REPLAYED_HEADER = "Idempotency-Replayed";

  private static final Logger LOG = Logger.getLogger(OnceOnly.class);
  private static final String CLAIM = OnceOnly.class.getName();
  private static final Duration SHORTEST_CLAIM = Duration.ofSeconds(60);

  /** How soon it is worth asking for the answer of a request that runs. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Refusals that another moment may not bring. */
  private static final Set<Integer> PASSING = Set.of(401, 403, 408, 429);

  private final Provider<FirstAnswers> answers;
  private final Provider<AdminActions> actions;

  /** Filters are made while the application is built, before there is a configuration to read. */
  @Inject
  OnceOnly(Provider<FirstAnswers> answers, Provider<AdminActions> actions) {
    this.answers = answers;
    this.actions = actions;
  }

  /** Answers what was answered before, or lets the request pass as the first one. */
  @ServerRequestFilter(readBody = true)
  public @Nullable Uni<@Nullable Response> claim(ContainerRequestContext request) {
    List<String> headers = request.getHeaders().get(KEY_HEADER);
    if (headers == null || !request.getMethod().equals(HttpMethod.POST)) {
      return Uni.createFrom().nullItem();
    }
    AdminIdentity who = AdminIdentity.of(request.getSecurityContext());
    IdempotencyKey key =
        (headers.size() == 1
                ? IdempotencyKey.parse(headers.getFirst())
                : Optional.<IdempotencyKey>empty())
            .orElseThrow(
                () ->
                    Body.refused(
                        KEY_HEADER,
                        "must be there once: 1 to 255 visible ASCII characters, in quotes or not"));
    Duration longest = longest();
    return uni(answers.get().claim(who.tenant(), who.subject(), key, content(request), longest))
        .onFailure()
        .transform(OnceOnly::unavailable)
        .chain(claim -> proceed(request, who, claim));
  }

  private Uni<@Nullable Response> proceed(
      ContainerRequestContext request, AdminIdentity who, Claim claim) {
    return switch (claim) {
      case Claim.First first -> {
        request.setProperty(CLAIM, first);
        yield Uni.createFrom().nullItem();
      }
      case Claim.Answered(Answer answer) -> replay(request, who, answer);
      case Claim.Running(Duration left) -> throw running(left);
      case Claim.Another _ ->
          throw mismatch(
              "This Idempotency-Key was used for another request; give each request its own.");
      case Claim.Unreadable _ -> throw unreadable();
    };
  }

  /** Recorded as every other thing that an admin does: the answer may hold a secret. */
  private Uni<@Nullable Response> replay(
      ContainerRequestContext request, AdminIdentity who, Answer answer) {
    List<Permission> then =
        answer.permissions().stream()
            .sorted()
            .flatMap(name -> Permission.ofWireName(name).stream())
            .toList();
    if (then.isEmpty() || then.size() != answer.permissions().size()) {
      throw unreadable();
    }
    return actions
        .get()
        .run(
            who,
            AdminAction.replay(then)
                .with(Answers.json(new Asked(request.getUriInfo().getRequestUri().getRawPath()))),
            () -> Uni.createFrom().item(again(answer)));
  }

  /** What is recorded of a request that was answered before. */
  private record Asked(String path) {}

  private static Response again(Answer answer) {
    Response.ResponseBuilder response =
        Response.status(answer.status())
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .header(REPLAYED_HEADER, "true");
    if (!answer.mediaType().isEmpty()) {
      response.type(answer.mediaType()).entity(answer.body());
    }
    if (!answer.etag().isEmpty()) {
      response.header(HttpHeaders.ETAG, answer.etag());
    }
    if (!answer.location().isEmpty()) {
      response.location(URI.create(answer.location()));
    }
    return response.build();
  }

  /** Keeps the answer before it is given: whoever has it can get it again. */
  @ServerResponseFilter
  public Uni<Void> keep(ContainerRequestContext request, ContainerResponseContext response) {
    if (!(request.getProperty(CLAIM) instanceof Claim.First first)) {
      return Uni.createFrom().voidItem();
    }
    request.removeProperty(CLAIM);
    int status = response.getStatus();
    Future<?> done =
        status >= 500 || PASSING.contains(status)
            ? answers.get().release(first)
            : answers.get().keep(first, answer(request, response));
    // What was done is done: a store that fails now only means that the claim has to run out.
    return uni(done)
        .onFailure()
        .invoke(failure -> LOG.warnf("the answer to a request is not kept: %s", failure))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  private static Answer answer(ContainerRequestContext request, ContainerResponseContext response) {
    Object entity = response.getEntity();
    return new Answer(
        response.getStatus(),
        entity == null ? "" : String.valueOf(response.getMediaType()),
        text(response, HttpHeaders.ETAG),
        text(response, HttpHeaders.LOCATION),
        permissions(AdminIdentity.of(request.getSecurityContext())),
        entity == null ? "" : entity instanceof String json ? json : Answers.json(entity));
  }

  private static String text(ContainerResponseContext response, String header) {
    Object value = response.getHeaders().getFirst(header);
    return value == null ? "" : value.toString();
  }

  private static Set<String> permissions(AdminIdentity who) {
    return who.permissions().stream().map(Permission::wireName).collect(Collectors.toSet());
  }

  /** What makes two requests the same one; the stream is there again for the resource. */
  private static byte[] content(ContainerRequestContext request) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(content)) {
      byte[] body = request.getEntityStream().readAllBytes();
      request.setEntityStream(new ByteArrayInputStream(body));
      out.writeUTF(request.getMethod());
      URI uri = request.getUriInfo().getRequestUri();
      out.writeUTF(uri.getRawPath());
      out.writeUTF(uri.getRawQuery() == null ? "" : uri.getRawQuery());
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("a body that was read is in memory", e);
    }
    return content.toByteArray();
  }

  /** Longer than what is done can take. */
  private Duration longest() {
    Duration twice = actions.get().timeout().multipliedBy(2);
    return twice.compareTo(SHORTEST_CLAIM) > 0 ? twice : SHORTEST_CLAIM;
  }

  private static <T> Uni<T> uni(Future<T> future) {
    return Uni.createFrom().completionStage(future::toCompletionStage);
  }

  private static CallFailed running(Duration left) {
    return new CallFailed(
        new Failure(
            ErrorCode.IDEMPOTENCY_RUNNING,
            "The first request with this Idempotency-Key still runs, or was cut off; ask again. After"
                + " at most "
                + Math.max(1, left.toSeconds())
                + " s the key is free, and then look first whether the request was done.",
            SOON));
  }

  private static CallFailed mismatch(String message) {
    return new CallFailed(Failure.of(ErrorCode.IDEMPOTENCY_MISMATCH, message));
  }

  private static CallFailed unreadable() {
    return mismatch(
        "This Idempotency-Key belongs to an answer that cannot be read; look whether the request"
            + " was done, then send it with another key.");
  }

  private static Throwable unavailable(Throwable cause) {
    LOG.warnf("idempotency keys cannot be looked up: %s", cause);
    return new CallFailed(
        Failure.of(
            ErrorCode.PEER_UNAVAILABLE,
            "Idempotency keys cannot be looked up right now, so nothing was done; send the request"
                + " again later, or without the header."));
  }
}
