package dev.sallyport.edge.code;

import dev.sallyport.edge.call.OwnTools;
import dev.sallyport.edge.call.RequestStates;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.Target;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.CodeTools;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.http.HttpSettings;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.edge.peer.SandboxPeer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.protocol.Methods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The four meta tools (features E1). */
@Singleton
class CodeMode implements OwnTools {

  private static final Logger LOG = Logger.getLogger(CodeMode.class);

  private final ScriptedTools tools;
  private final Catalogues catalogues;
  private final SandboxPeer sandbox;
  private final RunJournals journals;
  private final Results results;
  private final RequestStates states;
  private final CodeSettings settings;
  private final Limits frameLimits;
  private final Vertx vertx;
  private final ServerEntry server;
  private volatile boolean prepared;

  CodeMode(
      ScriptedTools tools,
      Catalogues catalogues,
      SandboxPeer sandbox,
      Journals journals,
      Results results,
      RequestStates states,
      CodeSettings settings,
      HttpSettings http,
      Vertx vertx) {
    this.tools = tools;
    this.catalogues = catalogues;
    this.sandbox = sandbox;
    this.journals = new RunJournals(journals, settings);
    this.results = results;
    this.states = states;
    this.settings = settings;
    this.frameLimits = http.limits();
    this.vertx = vertx;
    this.server = CodeTools.server(settings.maxTime());
    catalogues.onChange(
        (before, after) -> {
          if (!prepared && after.tools().stream().anyMatch(after::isForScripts)) {
            prepare();
          }
        });
  }

  private void prepare() {
    if (!prepared) {
      prepared = true;
      sandbox.prepare();
    }
  }

  @Override
  public @Nullable Target find(ToolCall call) {
    if (call.server() != null) {
      return null;
    }
    if (call.isToolCall()) {
      ToolEntry tool = CodeTools.entry(call.name());
      return tool != null && tools.any(call.profile()) ? Target.of(tool) : null;
    }
    return call.frame().method().equals(Methods.RESOURCES_READ)
            && ResultUri.parse(call.name()) != null
            && tools.any(call.profile())
        ? Target.ofServer(CodeTools.SERVER, call.name(), call.name())
        : null;
  }

  @Override
  public ServerEntry server() {
    return server;
  }

  SandboxPeer sandbox() {
    return sandbox;
  }

  CodeSettings settings() {
    return settings;
  }

  Results results() {
    return results;
  }

  RunJournals journals() {
    return journals;
  }

  RequestStates states() {
    return states;
  }

  Limits frameLimits() {
    return frameLimits;
  }

  /** Whether a call of the tool may be made again that may have been made. */
  boolean isRepeatable(AccessProfile profile, String serverName, String toolName) {
    ServerEntry of = catalogues.current(profile.tenant()).server(serverName);
    ToolEntry tool = of == null ? null : of.tool(toolName);
    return tool != null && tool.repeatable();
  }

  @Override
  public Exchange open(RunningCall call, Answers answers, Nested pipeline) {
    prepare();
    MetaCall meta = new MetaCall(this, call, answers, pipeline, vertx.getOrCreateContext());
    AccessProfile profile = call.call().profile();
    ResultUri uri = call.call().isToolCall() ? null : ResultUri.parse(call.call().name());
    Scripted known = tools.made(profile);
    if (uri != null) {
      meta.read(uri);
    } else if (known != null) {
      meta.start(known);
    } else {
      // Whoever is the first to see these tools waits until their texts are made.
      Future<Scripted> made = vertx.executeBlocking(() -> tools.of(profile), false);
      made.onSuccess(meta::start)
          .onFailure(
              e -> {
                LOG.errorf(e, "what scripts can call could not be listed");
                meta.fail(Failure.of(ErrorCode.INTERNAL));
              });
    }
    return meta;
  }
}
