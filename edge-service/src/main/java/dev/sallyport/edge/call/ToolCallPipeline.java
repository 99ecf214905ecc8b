package dev.sallyport.edge.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.edge.call.CallState.Asked;
import dev.sallyport.edge.call.CallState.Decided;
import dev.sallyport.edge.call.CallState.Finished;
import dev.sallyport.edge.call.CallState.OutcomeUnknown;
import dev.sallyport.edge.call.CallState.Received;
import dev.sallyport.edge.call.CallState.Refused;
import dev.sallyport.edge.call.CallState.Reserved;
import dev.sallyport.edge.call.CallState.Resolved;
import dev.sallyport.edge.call.Reservations.Settlement;
import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.dialect.ToolNames;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.edge.rule.Looked;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.TokenEstimate;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Reservation;
import dev.sallyport.proto.registry.v1.Health;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of every tool call, and of every other request that goes to a server, from top to bottom:
 * resolve, decide, ask a person where that is needed, record, reserve, dispatch, settle, record.
 * Whatever comes in through whatever door goes through here; there is no second way to reach a
 * tool.
 *
 * <p>Nothing here blocks. What is needed was pushed beforehand; only units of limits may have to be
 * asked for, and the call waits for them.
 */
@Singleton
public class ToolCallPipeline {

  private static final Logger LOG = Logger.getLogger(ToolCallPipeline.class);

  private final Catalogues catalogues;
  private final Callers callers;
  private final AskedCalls asked;
  private final Reservations reservations;
  private final ExecutorPeer executor;
  private final CallRecords records;
  private final RunningCalls running;
  private final CallMetrics metrics;
  private final RequestStates states;
  private final TaskIds tasks;
  private final ToolNames names;
  private final Rules rules;
  private final OwnTools own;
  private final Duration longest;
  private final OwnTools.Nested nested = new OfCalls();

  ToolCallPipeline(
      Catalogues catalogues,
      Callers callers,
      Approvals approvals,
      Reservations reservations,
      ExecutorPeer executor,
      CallRecords records,
      RunningCalls running,
      CallMetrics metrics,
      RequestStates states,
      TaskIds tasks,
      ToolNames names,
      Rules rules,
      OwnTools own,
      CallSettings settings) {
    this.catalogues = catalogues;
    this.callers = callers;
    this.reservations = reservations;
    this.executor = executor;
    this.records = records;
    this.running = running;
    this.metrics = metrics;
    this.states = states;
    this.tasks = tasks;
    this.names = names;
    this.rules = rules;
    this.own = own;
    this.longest = settings.longest();
    this.asked = new AskedCalls(approvals, states, records, metrics, longest, new WayOfAsked());
  }

  /**
   * Runs the call. Never throws; everything that happens is told to {@code answers}, which may
   * happen before this returns.
   *
   * @return the call, which may still wait for its reservation; null when it was refused
   */
  public @Nullable RunningCall start(ToolCall call, CallAnswers answers) {
    CallState state = decided(received(call));
    if (state instanceof Decided decided) {
      state = record(decided);
    }
    return switch (state) {
      case Asked asking -> ask(asking, answers);
      case Decided decided -> reserve(decided, answers);
      case Refused refused -> refuse(refused, answers);
      default -> throw new IllegalStateException();
    };
  }

  /** What a call may do that makes calls. */
  private final class OfCalls implements OwnTools.Nested {

    @Override
    public @Nullable RunningCall start(ToolCall call, CallAnswers answers) {
      return ToolCallPipeline.this.start(call, answers);
    }

    @Override
    public OwnTools.Foreseen foresee(ToolCall call) {
      return switch (decided(received(call))) {
        case Decided decided ->
            new OwnTools.Foreseen("allow", decided.rule(), "", costMicros(decided.resolved()));
        case Asked asking ->
            new OwnTools.Foreseen(
                "ask", asking.ask().rule(), asking.ask().reason(), costMicros(asking.resolved()));
        case Refused refused ->
            new OwnTools.Foreseen(
                refused.decision(), refused.rule(), refused.failure().message(), 0);
        default -> throw new IllegalStateException();
      };
    }
  }

  private CallState decided(Received received) {
    CallState state = resolve(received);
    return state instanceof Resolved resolved ? decide(resolved) : state;
  }

  /**
   * Records a call that its door refused before it could start, such as one whose headers and body
   * differ.
   *
   * @return the id under which it was recorded
   */
  public CallId refused(ToolCall call, Failure failure, String rule) {
    Refused refused = received(call).refused(failure, rule);
    if (records.open(refused)) {
      records.close(refused);
    }
    metrics.refused(failure.code());
    return refused.received().id();
  }

  /** A call that goes on after it waited for input keeps its id. */
  private static Received received(ToolCall call) {
    Resumption resumption = call.resumption();
    return new Received(
        resumption == null ? CallId.next() : resumption.call(), call, System.nanoTime());
  }

  /** What the caller may not see is unknown: same answer, same way. */
  private CallState resolve(Received received) {
    ToolCall call = received.call();
    Target ofGateway = own.find(call);
    if (ofGateway != null) {
      return received.resolved(own.server(), ofGateway);
    }
    TenantCatalogue catalogue = catalogues.current(call.profile().tenant());
    Target target = Targets.find(catalogue, call, tasks, names);
    ServerEntry server = target == null ? null : catalogue.server(target.server());
    if (target == null || server == null) {
      return received.refused(Targets.unknown(call), "catalogue");
    }
    return received.resolved(server, target);
  }

  private CallState decide(Resolved resolved) {
    ToolCall call = resolved.received().call();
    Target target = resolved.target();
    // Tools of the gateway reach nothing by themselves: what they call is decided on call by call.
    if (!isOwn(resolved) && !Targets.isAllowed(call.profile(), resolved.server(), target)) {
      return resolved.refused(Targets.unknown(call), "tools");
    }
    Looked looked = isOwn(resolved) ? Looked.NONE : look(resolved);
    if (looked.verdict() instanceof Verdict.Deny denied && denied.hides()) {
      return resolved.refused(Targets.unknown(call), looked.rule());
    }
    if (!callers.isCurrent(call.profile())) {
      return resolved.refused(Failure.of(ErrorCode.POLICY_UNAVAILABLE), "current");
    }
    Failure wrong = target.tool() == null ? null : call.check().check(target.tool());
    if (wrong != null) {
      return resolved.refused(wrong, "protocol");
    }
    if (looked.verdict() instanceof Verdict.Deny denied) {
      return resolved.refused(
          RuleRefusals.denied(denied), denied.rule().isEmpty() ? "arguments" : looked.rule());
    }
    if (isDown(resolved.server())) {
      return resolved.refused(down(resolved.server()), "health");
    }
    if (call.resumption() instanceof Resumption.Approval waited && !waited.goesOn()) {
      // Also where it would not have to wait any more: whoever was asked does not want it.
      return resolved.refused(
          ApprovalTexts.stopped(waited.approval()), Asked.rule(waited.approval()));
    }
    Verdict.Ask ask =
        Judgement.asked(resolved.server(), resolved.target().toolName(), call.isToolCall(), looked);
    return ask == null
        ? resolved.allowed(looked.rule().isEmpty() ? "tools" : looked.rule())
        : resolved.asks(ask);
  }

  private boolean isOwn(Resolved resolved) {
    return resolved.server() == own.server();
  }

  /** What the rules of the tenant say of a tool. */
  private Looked look(Resolved resolved) {
    ToolCall call = resolved.received().call();
    Target target = resolved.target();
    if (call.profile().rules().isEmpty() || target.toolName().isEmpty()) {
      return Looked.NONE;
    }
    ToolEntry tool = target.tool();
    if (tool != null) {
      return rules.look(call.profile(), tool, call.frame(), call.door(), Instant.now());
    }
    return Judgement.ofTask(rules, call.profile(), resolved.server(), target.toolName());
  }

  private static boolean isDown(ServerEntry server) {
    Health health = server.status().getHealth();
    return server.stale()
        || health == Health.HEALTH_DOWN
        || health == Health.HEALTH_QUARANTINED
        || health == Health.HEALTH_DISABLED;
  }

  private static Failure down(ServerEntry server) {
    String reason = server.status().getReason();
    return Failure.of(
        ErrorCode.UPSTREAM_DOWN,
        "The server '"
            + server.name()
            + "' is not available"
            + (reason.isEmpty() ? "; try again later." : ": " + reason));
  }

  private CallState record(Decided decided) {
    return records.open(decided, costMicros(decided.resolved()))
        ? decided
        : decided.refused(Failure.of(ErrorCode.EVIDENCE_FULL), "evidence");
  }

  /** Nothing is reserved while a person is waited for. */
  private RunningCall ask(Asked asking, CallAnswers answers) {
    RunningCall call = running(asking.resolved(), asking, answers);
    asked.ask(call, asking, answers);
    return call;
  }

  /** What a call that a person approves, or that waits for one, has of the way of all calls. */
  private final class WayOfAsked implements AskedCalls.Way {

    @Override
    public CallState decided(ToolCall call) {
      return ToolCallPipeline.this.decided(received(call));
    }

    @Override
    public boolean waitsOn(RunningCall call, Asked asking) {
      return call.goesOn(asking, deadline(asking.resolved())) == RunningCall.Step.TAKEN;
    }

    @Override
    public void goOn(RunningCall call, Decided decided, CallAnswers answers) {
      Resolved resolved = decided.resolved();
      switch (call.goesOn(
          decided, deadline(resolved), () -> records.open(decided, costMicros(resolved)))) {
        case TAKEN -> reserve(call, decided, answers);
        case ENDED -> asked.giveBack(decided);
        case UNRECORDED -> {
          asked.giveBack(decided);
          refuse(call, decided.refused(Failure.of(ErrorCode.EVIDENCE_FULL), "evidence"), answers);
        }
      }
    }

    @Override
    public void refuse(RunningCall call, Refused refused, CallAnswers answers) {
      if (end(call)) {
        ToolCallPipeline.this.refuse(refused, answers);
      }
    }

    @Override
    public boolean end(RunningCall call) {
      boolean ended = call.refused();
      if (ended) {
        running.remove(call);
      }
      return ended;
    }
  }

  private void reserve(RunningCall call, Decided decided, CallAnswers answers) {
    switch (reservations.reserve(wanted(decided))) {
      case Reservations.Immediate answer -> goOn(call, decided, answer, answers);
      case Reservations.Awaited(Future<Reservations.Immediate> later) ->
          later.onSuccess(answer -> goOn(call, decided, answer, answers));
    }
  }

  private @Nullable RunningCall reserve(Decided decided, CallAnswers answers) {
    return switch (reservations.reserve(wanted(decided))) {
      case Reservations.Granted granted -> {
        RunningCall call = running(decided.resolved(), decided, answers);
        goOn(call, decided, granted, answers);
        yield call;
      }
      case Reservations.Refused(Failure failure) ->
          refuseRecorded(decided.refused(failure, "limits"), answers);
      case Reservations.Awaited(Future<Reservations.Immediate> later) -> {
        RunningCall call = running(decided.resolved(), decided, answers);
        later.onSuccess(answer -> goOn(call, decided, answer, answers));
        yield call;
      }
    };
  }

  private Reservations.Wanted wanted(Decided decided) {
    Resolved resolved = decided.resolved();
    ToolCall call = resolved.received().call();
    return new Reservations.Wanted(
        resolved.received().id(),
        call.profile(),
        resolved.server().name(),
        resolved.target().toolName(),
        !isOwn(resolved) && isCounted(call),
        costMicros(resolved),
        answersModel(call));
  }

  private static boolean isCounted(ToolCall call) {
    return switch (call.frame().method()) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET, Methods.RESOURCES_READ -> true;
      default -> false;
    };
  }

  /**
   * What a task has made is fetched by asking how it stands, which is no use of the server. What a
   * script calls answers the script, and only what that makes of it the model.
   */
  private static boolean answersModel(ToolCall call) {
    return call.parent() == null
        && (isCounted(call) || call.frame().method().equals(Methods.TASKS_GET));
  }

  /** Input that is waited for is asked of the client, not of the model. */
  private static long tokens(
      RunningCall call, Frame.@Nullable Response answer, Settlement settlement) {
    return answer != null && settlement == Settlement.CHARGED && answersModel(call.call())
        ? TokenEstimate.of(answer)
        : 0;
  }

  /** What the call costs when it is delivered: only tools have a price. */
  private static long costMicros(Resolved resolved) {
    return resolved.received().call().isToolCall()
        ? resolved.server().costs().micros(resolved.target().toolName())
        : 0;
  }

  private RunningCall running(Resolved resolved, CallState at, CallAnswers answers) {
    RunningCall call = new RunningCall(resolved, at, answers, this, deadline(resolved));
    running.add(call);
    return call;
  }

  /** The executor keeps the server's own timeout, which progress renews; this is the last word. */
  private long deadline(Resolved resolved) {
    Duration timeout = resolved.server().callTimeout();
    return resolved.received().startedNanos()
        + (timeout.compareTo(longest) > 0 ? timeout : longest).toNanos();
  }

  private void goOn(
      RunningCall call, Decided decided, Reservations.Immediate answer, CallAnswers answers) {
    switch (answer) {
      case Reservations.Granted granted -> {
        Reserved reserved = decided.reserved(granted);
        if (!call.reserved(reserved)) {
          // Cancelled, or its key revoked, while it waited.
          reservations.settle(granted, Settlement.RETURNED, 0);
        } else {
          dispatch(call, reserved);
        }
      }
      case Reservations.Refused(Failure failure) -> {
        if (call.refused()) {
          running.remove(call);
          asked.giveBack(decided);
          refuseRecorded(decided.refused(failure, "limits"), answers);
        }
      }
    }
  }

  private void dispatch(RunningCall call, Reserved reserved) {
    Resolved resolved = reserved.decided().resolved();
    try {
      call.dispatched(isOwn(resolved) ? own.open(call, call, nested) : send(call, reserved));
    } catch (RuntimeException e) {
      // The port promises not to throw; a call must have its end all the same.
      LOG.errorf(e, "call %s could not be handed to the executor", call.id());
      call.end(
          End.newBuilder().setFailed(GrpcErrors.toProto(Failure.of(ErrorCode.INTERNAL))).build());
    }
  }

  private Exchange send(RunningCall call, Reserved reserved) {
    Resolved resolved = reserved.decided().resolved();
    Frame.Request frame = resolved.received().call().frame();
    Buffer bytes = HeapBytes.wrap(frame.data(), frame.whole().start(), frame.whole().length());
    return executor.open(
        new ReservedCall(header(reserved, call.deadlineNanos()), bytes, executorOf(resolved)),
        call);
  }

  private static @Nullable String executorOf(Resolved resolved) {
    return resolved.received().call().resumption() instanceof Resumption.Parked parked
        ? parked.executor()
        : null;
  }

  private static Open header(Reserved reserved, long deadlineNanos) {
    Resolved resolved = reserved.decided().resolved();
    Received received = resolved.received();
    ToolCall call = received.call();
    CallContext context =
        new CallContext(
            call.profile().tenant(),
            call.profile().keyId(),
            Peer.EDGE,
            received.id(),
            call.parent(),
            deadlineNanos,
            call.traceparent(),
            null);
    Open.Builder open = Open.newBuilder();
    switch (call.resumption()) {
      case Resumption.Stateless(CallId id, int legs, ByteString state) ->
          open.setRequestState(state);
      case Resumption.Parked(CallId id, int legs, String where, ByteString handle) ->
          open.setParkedHandle(handle);
      // What the gateway asked is not the upstream's business.
      case Resumption.Approval waited -> {}
      case null -> {}
    }
    return open.setContext(CallContexts.toProto(context))
        .setServer(resolved.server().name())
        .setServerRevision(resolved.server().revision())
        .setMethod(call.frame().method())
        .setFrameName(call.name())
        .setUpstreamName(resolved.target().name())
        .setClientEra(
            switch (call.version().era()) {
              case LEGACY -> Era.ERA_LEGACY;
              case MODERN -> Era.ERA_MODERN;
            })
        .setClientProtocolVersion(call.version().text())
        .setClientCapabilities(bytes(call.clientCapabilities()))
        .setLogLevel(call.logLevel())
        .setIsolationKey(call.session() == null ? "" : call.session())
        .setRepeatable(resolved.target().isRepeatable(call.frame().method()))
        .setReservation(
            Reservation.newBuilder()
                .setId(reserved.reservation().id())
                .setValidMillis(reserved.reservation().validFor().toMillis()))
        .setFrameLength(call.frame().whole().length())
        .putAllForwardedHeaders(call.forwardedHeaders())
        .build();
  }

  private static ByteString bytes(byte[] data) {
    return data.length == 0 ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(data);
  }

  /** Refused before OPEN, which is therefore written here. */
  private @Nullable RunningCall refuse(Refused refused, CallAnswers answers) {
    boolean recorded = refused.failure().code() != ErrorCode.EVIDENCE_FULL && records.open(refused);
    if (recorded) {
      records.close(refused);
    }
    return end(refused, answers);
  }

  private @Nullable RunningCall refuseRecorded(Refused refused, CallAnswers answers) {
    records.close(refused);
    return end(refused, answers);
  }

  private @Nullable RunningCall end(Refused refused, CallAnswers answers) {
    metrics.refused(refused.failure().code());
    answers.end(new CallEnd.Failed(refused.received().id(), refused.failure()));
    return null;
  }

  void finished(
      RunningCall call,
      Finished state,
      @Nullable ErrorCode error,
      Frame.@Nullable Response answer,
      Settlement settlement) {
    long tokens = tokens(call, answer, settlement);
    settle(call, settlement, tokens);
    records.close(
        call,
        state.outcome(),
        error,
        answer,
        state.upstreamMicros(),
        settlement == Settlement.CHARGED ? costMicros(state.reserved().decided().resolved()) : 0,
        tokens);
    metrics.finished(state.outcome(), state.reserved());
    metrics.returned(tokens);
  }

  /**
   * The call was given up before it was granted anything.
   *
   * @param at null: only its client was waited for, and all of it is recorded
   */
  void cancelledWaiting(RunningCall call, @Nullable CallState at) {
    running.remove(call);
    Failure cancelled = Failure.of(ErrorCode.CANCELLED);
    switch (at) {
      case Asked asking -> {
        Refused refused = asking.refused(cancelled, "cancelled");
        if (records.open(refused)) {
          records.close(refused);
        }
      }
      case Decided decided -> {
        asked.giveBack(decided);
        records.close(decided.refused(cancelled, "cancelled"));
      }
      case null -> {}
      default -> throw new IllegalStateException();
    }
    metrics.refused(ErrorCode.CANCELLED);
  }

  AskedCalls asked() {
    return asked;
  }

  RequestStates states() {
    return states;
  }

  TaskIds tasks() {
    return tasks;
  }

  void finished(RunningCall call, OutcomeUnknown state, ErrorCode error) {
    settle(call, Settlement.IN_DOUBT, 0);
    Outcome outcome =
        error == ErrorCode.UPSTREAM_TIMEOUT ? Outcome.OUTCOME_TIMED_OUT : Outcome.OUTCOME_UNKNOWN;
    records.close(
        call,
        outcome,
        error,
        null,
        state.upstreamMicros(),
        costMicros(state.reserved().decided().resolved()),
        0);
    metrics.finished(outcome, state.reserved());
  }

  private void settle(RunningCall call, Settlement settlement, long tokens) {
    running.remove(call);
    Reserved reserved = call.reserved();
    reservations.settle(reserved.reservation(), settlement, tokens);
    if (settlement == Settlement.RETURNED) {
      asked.giveBack(reserved.decided());
    }
  }
}
