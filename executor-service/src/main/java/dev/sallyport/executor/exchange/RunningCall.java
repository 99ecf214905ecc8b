package dev.sallyport.executor.exchange;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.executor.upstream.Breaker;
import dev.sallyport.executor.upstream.ClientSide;
import dev.sallyport.executor.upstream.Connection;
import dev.sallyport.executor.upstream.Lease;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.RequestFailed;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.executor.upstream.TransportFailure.Delivery;
import dev.sallyport.executor.upstream.Upstream;
import dev.sallyport.executor.upstream.UpstreamState;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Parked;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way. Whoever comes first ends it: the answer, a failure, the deadline or a
 * cancel; the sink is told under this object's monitor, so in order and once. A call of a modern
 * client whose legacy upstream asks something is parked: its leg ends, the call does not.
 */
final class RunningCall {

  /** How long a call that may be repeated waits for its upstream to come back. */
  private static final Duration PATIENCE_FOR_RETRY = Duration.ofSeconds(3);

  /** Questions that come together are asked together. */
  private static final long GATHER_MILLIS = 25;

  /** How long a server may take to change its log level before the call goes on without. */
  private static final Duration PATIENCE_FOR_LEVEL = Duration.ofSeconds(2);

  /** How often a modern upstream may ask a legacy client in the course of one call. */
  private static final int MOST_ROUNDS = 32;

  private static final Failure RESTING =
      new Failure(
          ErrorCode.UPSTREAM_DOWN,
          "The tool's server is not available. Its calls keep breaking off; it is tried again soon.",
          Duration.ofSeconds(5));

  private final Upstream upstream;
  private final HashedWheelTimer timer;
  private final ParkedCalls parkedCalls;
  private final CallMeters meters;

  /** What the breaker learns of this call. */
  private final CompletableFuture<Void> verdict = new CompletableFuture<>();

  // Guarded by this.
  private final Questions questions = new Questions();
  private boolean ended;
  private boolean parked;
  private int attempts;
  private int rounds;
  private boolean earlierMayHaveArrived;
  private @Nullable Lease lease;
  private @Nullable Pending pending;
  private @Nullable Timeout timeout;
  private @Nullable Timeout gathering;
  private @Nullable Rounds asking;
  private Frame.@Nullable Response heldAnswer;
  private @Nullable TransportFailure heldFailure;

  private volatile Leg leg;
  private volatile long idleDeadline;

  RunningCall(
      Leg leg,
      Upstream upstream,
      HashedWheelTimer timer,
      ParkedCalls parkedCalls,
      CallMeters meters) {
    this.leg = leg;
    this.upstream = upstream;
    this.timer = timer;
    this.parkedCalls = parkedCalls;
    this.meters = meters;
  }

  /** Starts the call; never blocks. */
  Exchange start() {
    Leg first = leg;
    Exchange handle = new Handle(first);
    if (!upstream.enter()) {
      End end = Ends.refused(Failure.of(ErrorCode.TOO_MANY_IN_FLIGHT));
      meters.ended(end, false);
      first.sink().end(end);
      return handle;
    }
    meters.began();
    renew();
    synchronized (this) {
      arm();
    }
    switch (upstream.state()) {
      case UpstreamState.Usable usable ->
          upstream
              .breaker()
              .guard(
                  () -> {
                    dispatch(usable);
                    return verdict;
                  },
                  () -> end(Ends.refused(RESTING)));
      case UpstreamState down -> end(Ends.refused(unavailable(down)));
    }
    return handle;
  }

  private static Failure unavailable(UpstreamState state) {
    String reason = state.reason();
    return Failure.of(
        ErrorCode.UPSTREAM_DOWN,
        reason.isEmpty()
            ? ErrorCode.UPSTREAM_DOWN.message()
            : "The tool's server is not available. " + reason);
  }

  // ---- towards the upstream

  private void dispatch(UpstreamState.Usable usable) {
    ClientSide client = leg.client();
    if (upstream.isShared(usable, client)) {
      send(usable, Lease.shared(usable.connection()));
      return;
    }
    upstream
        .lease(usable, client)
        .whenComplete(
            (leased, failure) -> {
              if (leased != null) {
                send(usable, leased);
              } else {
                Throwable cause =
                    failure instanceof CompletionException ? failure.getCause() : failure;
                end(
                    cause instanceof RequestFailed known
                        ? Ends.of(known.failure(), 0)
                        : Ends.failed(ErrorCode.INTERNAL, ErrorCode.INTERNAL.message(), true, 0));
              }
            });
  }

  private void send(UpstreamState.Usable usable, Lease leased) {
    synchronized (this) {
      if (ended) {
        leased.giveBack();
        return;
      }
      if (lease != null && lease != leased) {
        lease.giveBack();
      }
      lease = leased;
    }
    String level = leg.header().getLogLevel();
    Connection wire = leased.connection();
    boolean asksForLevel =
        !level.isEmpty()
            && wire.dialect().version().era() == Era.LEGACY
            && usable.greeting().offers("logging");
    if (!asksForLevel) {
      send(wire, null);
      return;
    }
    CompletableFuture<Void> set = wire.logFrom(level, PATIENCE_FOR_LEVEL);
    if (set.isDone()) {
      send(wire, null);
    } else {
      set.thenRun(() -> send(wire, null));
    }
  }

  private void send(Connection wire, RequestSplice.@Nullable Input input) {
    Leg now = leg;
    Pending sent = wire.open(new Answers(wire));
    synchronized (this) {
      if (ended) {
        return;
      }
      attempts += input == null ? 1 : 0;
      pending = sent;
    }
    try {
      wire.send(
          sent,
          RequestSplice.of(
              now.request(),
              now.header(),
              sent.id(),
              wire.dialect(),
              upstream.paramHeaders(now.header().getUpstreamName()),
              input,
              now.context().traceparent(),
              now.context().tracestate()));
    } catch (RuntimeException e) {
      System.getLogger(RunningCall.class.getName())
          .log(
              System.Logger.Level.ERROR,
              "call " + now.context().callId() + " could not be sent",
              e);
      wire.cancel(sent, "The gateway failed.");
      end(Ends.failed(ErrorCode.INTERNAL, ErrorCode.INTERNAL.message(), !sent.sendBegun(), 0));
    }
  }

  /** What the upstream says to one attempt. */
  private final class Answers implements Pending.Listener {

    private final Connection wire;

    Answers(Connection wire) {
      this.wire = wire;
    }

    @Override
    public void notification(Frame.Notification notification) {
      Leg now = leg;
      switch (notification.method()) {
        case Methods.PROGRESS -> {
          renew();
          Span wanted = now.request().params().meta().progressToken();
          Span token = notification.params().progressToken();
          if (wanted != null && token != null) {
            tell(
                FrameEdit.of(notification)
                    .replace(token, AnswerSplice.copy(now.request().data(), wanted))
                    .apply());
          }
        }
        case Methods.MESSAGE -> {
          var params = notification.params().object();
          if (now.wantsLog(params == null ? null : params.string("level"))) {
            tell(AnswerSplice.copy(notification.data(), notification.whole()));
          }
        }
        default -> {
          // Others are defined in the legacy era only, such as the end of a URL elicitation.
          if (!now.isModern() && !notification.method().endsWith("/list_changed")) {
            tell(AnswerSplice.copy(notification.data(), notification.whole()));
          }
        }
      }
    }

    @Override
    public boolean request(Frame.Request request) {
      return asked(request);
    }

    @Override
    public void response(Frame.Response response) {
      answered(wire, response);
    }

    @Override
    public void failed(TransportFailure failure) {
      synchronized (RunningCall.this) {
        if (parked) {
          heldFailure = failure;
          return;
        }
      }
      if (!retry(wire, failure)) {
        end(afterAll(failure));
      }
    }
  }

  private void answered(Connection wire, Frame.Response response) {
    Leg now;
    synchronized (this) {
      if (ended) {
        return;
      }
      if (parked) {
        heldAnswer = copy(response);
        return;
      }
      now = leg;
    }
    var version = wire.dialect().version();
    switch (AnswerSplice.of(
        response, now.clientId(), now.header().getMethod(), now.isModern(), version.era())) {
      case AnswerSplice.Answer(byte[] frame, boolean isError, int code, boolean inputRequired) -> {
        if (code == JsonRpcError.HEADER_MISMATCH) {
          // The tool's schema is not the one that we know (2026-07-28 streamable-http).
          upstream.relist();
        }
        end(
            inputRequired
                ? Ends.waiting(micros())
                : Ends.completed(isError, code, version.text(), micros()),
            HeapFrame.wrap(frame));
      }
      case AnswerSplice.AskClient(JsonObject result) -> ask(wire, result);
      case AnswerSplice.Failed(TransportFailure failure) -> end(Ends.of(failure, micros()));
    }
  }

  private static Frame.Response copy(Frame.Response response) {
    byte[] own = AnswerSplice.copy(response.data(), response.whole());
    ScanResult again =
        FrameScanner.scan(own, 0, own.length, new Limits(Integer.MAX_VALUE, Exchanges.DEPTH));
    return (Frame.Response) ((ScanResult.Scanned) again).frame();
  }

  /**
   * Once more, when the upstream provably did not get the call and has a new connection, or when
   * the tool says that it may be repeated.
   */
  private boolean retry(Connection wire, TransportFailure failure) {
    boolean undelivered = failure.delivery() == Delivery.NOT_DELIVERED;
    if (undelivered && !wire.isClosed()) {
      if (failure.code() == ErrorCode.UPSTREAM_DOWN) {
        upstream.suspect();
      }
      return false;
    }
    boolean repeatable = failure.delivery() == Delivery.UNKNOWN && leg.header().getRepeatable();
    boolean own;
    synchronized (this) {
      if (ended || attempts > 1 || rounds > 0 || !(undelivered || repeatable)) {
        return false;
      }
      earlierMayHaveArrived = repeatable;
      own = lease != null && !lease.isShared();
    }
    if ((own || !wire.isClosed()) && upstream.state() instanceof UpstreamState.Usable usable) {
      dispatch(usable);
      return true;
    }
    upstream
        .whenUsable(wire, PATIENCE_FOR_RETRY)
        .whenComplete(
            (usable, late) -> {
              if (usable != null) {
                dispatch(usable);
              } else {
                end(afterAll(failure));
              }
            });
    return true;
  }

  /** The end of the last attempt, in the light of an earlier one. */
  private End afterAll(TransportFailure failure) {
    synchronized (this) {
      boolean unknown =
          earlierMayHaveArrived && failure.delivery() == TransportFailure.Delivery.NOT_DELIVERED;
      return Ends.of(unknown ? TransportFailure.lost() : failure, micros());
    }
  }

  private void tell(byte[] notification) {
    synchronized (this) {
      if (!ended && !parked) {
        leg.sink().notification(HeapFrame.wrap(notification));
      }
    }
  }

  // ---- a legacy upstream asks

  /** False when this client cannot be asked that. */
  private boolean asked(Frame.Request request) {
    synchronized (this) {
      Leg now = leg;
      String method = request.method();
      if (ended || !Questions.isInput(method) || !now.declares(Questions.capability(method))) {
        return false;
      }
      String name = questions.add(request);
      if (name == null) {
        return false;
      }
      idleDeadline = now.hardDeadline();
      if (!now.isModern()) {
        now.sink()
            .serverRequest(
                name, HeapFrame.wrap(AnswerSplice.copy(request.data(), request.whole())));
      } else if (!parked && gathering == null) {
        gathering = timer.newTimeout(fired -> park(), GATHER_MILLIS, TimeUnit.MILLISECONDS);
      }
      return true;
    }
  }

  private void park() {
    boolean refused = false;
    synchronized (this) {
      gathering = null;
      if (ended || parked || questions.isEmpty()) {
        return;
      }
      ByteString handle = parkedCalls.park(this, leg.context());
      if (handle == null) {
        refused = true;
      } else {
        parked = true;
        if (timeout != null) {
          timeout.cancel();
        }
        leg.sink()
            .parked(
                Parked.newBuilder()
                    .setHandle(handle)
                    .setInputRequests(UnsafeByteOperations.unsafeWrap(questions.inputRequests()))
                    .setValidMillis(parkedCalls.life().toMillis())
                    .build());
        leg.sink().end(Ends.waiting(micros()));
      }
    }
    if (refused) {
      stop(
          "The caller has too many calls that wait for input.",
          undelivered ->
              Ends.failed(
                  ErrorCode.TOO_MANY_IN_FLIGHT,
                  "Too many calls of this caller wait for input; answer or drop some first.",
                  undelivered,
                  micros()));
    }
  }

  /** Whether the next leg is about the same as the parked one. */
  boolean isResumedBy(Leg next) {
    Open a = Open.of(leg);
    return a.equals(Open.of(next));
  }

  private record Open(String tenant, String caller, String server, String method, String name) {

    static Open of(Leg leg) {
      return new Open(
          leg.context().tenant(),
          leg.context().caller(),
          leg.header().getServer(),
          leg.header().getMethod(),
          leg.header().getUpstreamName());
    }
  }

  /** Goes on with what the client brought. Called once for each time that the call was parked. */
  Exchange resume(Leg next) {
    Frame.Response answer;
    TransportFailure failure;
    Connection wire;
    synchronized (this) {
      parked = false;
      leg = next;
      answer = heldAnswer;
      failure = heldFailure;
      heldAnswer = null;
      heldFailure = null;
      wire = lease == null ? null : lease.connection();
      renew();
      arm();
    }
    Exchange handle = new Handle(next);
    if (failure != null) {
      end(afterAll(failure));
    } else if (answer != null && wire != null) {
      answered(wire, answer);
    } else if (wire != null) {
      bring(next, wire);
    }
    return handle;
  }

  private void bring(Leg next, Connection wire) {
    Span span = next.request().params().inputResponses();
    JsonObject responses = JsonObject.at(next.request().data(), span);
    synchronized (this) {
      if (responses != null) {
        for (String name : questions.names()) {
          Span response = responses.get(name);
          if (JsonObject.at(responses.data(), response) != null && response != null) {
            Questions.Question question = questions.take(name);
            if (question != null) {
              byte[] result = AnswerSplice.copy(responses.data(), response);
              wire.respond(FrameBytes.result(question.key(), result));
            }
          }
        }
      }
      if (!questions.isEmpty()) {
        // 2026-07-28 patterns/mrtr: what is still missing is asked for again.
        idleDeadline = next.hardDeadline();
        gathering = timer.newTimeout(fired -> park(), GATHER_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Nobody comes for a parked call any more. */
  void forsake(String reason) {
    stop(reason, undelivered -> Ends.cancelled(undelivered, micros()));
  }

  // ---- a modern upstream asks a legacy client

  /** The questions of one {@code input_required} result, and what the client has answered. */
  private static final class Rounds {

    private final Connection wire;
    private final byte @Nullable [] requestState;
    private final JsonWriter responses = new JsonWriter().beginObject();
    private int missing;

    Rounds(Connection wire, byte @Nullable [] requestState, int missing) {
      this.wire = wire;
      this.requestState = requestState;
      this.missing = missing;
    }
  }

  private void ask(Connection wire, JsonObject result) {
    Span state = result.get("requestState");
    byte[] requestState = state == null ? null : AnswerSplice.copy(result.data(), state);
    JsonObject requests = result.object("inputRequests");
    TransportFailure wrong = null;
    synchronized (this) {
      if (ended) {
        return;
      }
      List<String> names = requests == null ? List.of() : questions.addAll(requests);
      if (names == null || ++rounds > MOST_ROUNDS || (names.isEmpty() && requestState == null)) {
        wrong = TransportFailure.garbage();
      } else if (!names.isEmpty()) {
        asking = new Rounds(wire, requestState, names.size());
        idleDeadline = leg.hardDeadline();
        for (String name : names) {
          Questions.Question question = questions.get(name);
          if (question != null) {
            leg.sink().serverRequest(name, HeapFrame.wrap(LegacyQuestion.of(name, question)));
          }
        }
        return;
      }
    }
    if (wrong != null) {
      end(Ends.of(wrong, micros()));
    } else {
      send(wire, new RequestSplice.Input(null, requestState));
    }
  }

  // ---- from the client

  private void respond(String name, Buffer frame) {
    HeapFrame heap = HeapFrame.of(frame);
    ScanResult scanned =
        FrameScanner.scan(
            heap.data(),
            heap.offset(),
            heap.length(),
            new Limits(Integer.MAX_VALUE, Exchanges.DEPTH));
    if (!(scanned instanceof ScanResult.Scanned(Frame.Response response))
        || response.id() == null) {
      return;
    }
    Span id = response.id();
    Rounds complete = null;
    boolean refused = false;
    synchronized (this) {
      Questions.Question question = ended ? null : questions.take(name);
      if (question == null) {
        return;
      }
      if (questions.isEmpty()) {
        renew();
      }
      Rounds round = asking;
      if (round == null) {
        Lease taken = lease;
        if (taken != null) {
          taken.connection().respond(FrameEdit.of(response).replace(id, question.key()).apply());
        }
        return;
      }
      Span result = response.result();
      if (result == null) {
        refused = true;
      } else {
        round.responses.name(keyOf(question)).raw(response.data(), result);
        if (--round.missing == 0) {
          asking = null;
          complete = round;
        }
      }
    }
    if (refused) {
      // inputResponses has no place for an error (2026-07-28 patterns/mrtr).
      end(
          Ends.failed(
              ErrorCode.UPSTREAM_NEEDS_INPUT,
              "The tool asked for input and the client answered with an error.",
              false,
              micros()));
    } else if (complete != null) {
      send(
          complete.wire,
          new RequestSplice.Input(complete.responses.endObject().toBytes(), complete.requestState));
    }
  }

  private static String keyOf(Questions.Question question) {
    byte[] key = question.key();
    String text = dev.sallyport.mcp.json.JsonText.string(key, new Span(0, key.length));
    return text == null ? "" : text;
  }

  /** The way of one leg to influence the call; of no effect once the leg is over. */
  private final class Handle implements Exchange {

    private final Leg mine;

    Handle(Leg mine) {
      this.mine = mine;
    }

    @Override
    public void respond(String serverRequestId, Buffer frame) {
      if (leg == mine) {
        RunningCall.this.respond(serverRequestId, frame);
      }
    }

    @Override
    public void cancel(String reason) {
      synchronized (RunningCall.this) {
        if (leg != mine || parked) {
          return;
        }
      }
      stop(
          reason.isEmpty() ? "The caller cancelled the call." : reason,
          undelivered -> Ends.cancelled(undelivered, micros()));
    }
  }

  // ---- deadlines and the end

  private void renew() {
    idleDeadline = System.nanoTime() + upstream.callTimeout().toNanos();
  }

  private long deadline() {
    long hard = leg.hardDeadline();
    return idleDeadline - hard < 0 ? idleDeadline : hard;
  }

  private synchronized void arm() {
    if (!ended && !parked) {
      long wait = Math.max(0, deadline() - System.nanoTime());
      timeout = timer.newTimeout(fired -> expire(), wait, TimeUnit.NANOSECONDS);
    }
  }

  private void expire() {
    synchronized (this) {
      if (parked) {
        return;
      }
    }
    if (System.nanoTime() - deadline() < 0) {
      arm();
      return;
    }
    stop(
        "The gateway's time limit for this call has passed.",
        undelivered ->
            Ends.failed(
                ErrorCode.UPSTREAM_TIMEOUT,
                ErrorCode.UPSTREAM_TIMEOUT.message(),
                undelivered,
                micros()));
  }

  private void stop(String reason, Function<Boolean, End> why) {
    Connection wire;
    Pending sent;
    boolean earlier;
    synchronized (this) {
      if (ended) {
        return;
      }
      wire = lease == null ? null : lease.connection();
      sent = pending;
      earlier = earlierMayHaveArrived || rounds > 0;
    }
    if (wire != null && sent != null) {
      wire.cancel(sent, reason);
    }
    end(why.apply(!earlier && (sent == null || !sent.sendBegun())));
  }

  private long micros() {
    Pending sent;
    synchronized (this) {
      sent = pending;
    }
    return sent == null || sent.sentNanos() == 0
        ? 0
        : Math.max(1, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent.sentNanos()));
  }

  private void end(End end) {
    end(end, null);
  }

  private void end(End end, @Nullable Buffer response) {
    Lease taken;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      if (timeout != null) {
        timeout.cancel();
      }
      if (gathering != null) {
        gathering.cancel();
      }
      taken = lease;
      upstream.leave();
      meters.ended(end, true);
      if (!parked) {
        if (response != null) {
          leg.sink().response(response);
        }
        leg.sink().end(end);
      }
    }
    if (taken != null) {
      taken.giveBack();
    }
    if (end.hasOutcomeUnknown()
        || end.getFailed().getCode().equals(ErrorCode.UPSTREAM_GARBAGE.wireName())) {
      verdict.completeExceptionally(new Breaker.Unwell());
    } else {
      verdict.complete(null);
    }
  }
}
