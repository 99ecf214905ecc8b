package dev.sallyport.sandbox.proof;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.sandbox.v1.RunLimits;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import dev.sallyport.proto.sandbox.v1.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A script and all that it is run with.
 *
 * @param tenant whose it is
 * @param start without a context
 * @param tools who answers its calls
 * @param deadline of its context
 */
public record Script(String tenant, Start start, ToolStandIn tools, Duration deadline) {

  /** What the clock of scripts shows here. */
  public static final Instant CLOCK = Instant.parse("2026-11-29T12:00:00Z");

  /** The tools that scripts find here: {@code fs.read}, {@code fs.write}, {@code web.get}. */
  public static final List<ScriptNamespace> TOOLS =
      List.of(
          ScriptNamespace.newBuilder()
              .setName("fs")
              .setServer("files")
              .addFunctions(ScriptFunction.newBuilder().setName("read").setTool("read-file"))
              .addFunctions(ScriptFunction.newBuilder().setName("write").setTool("write-file"))
              .build(),
          ScriptNamespace.newBuilder()
              .setName("web")
              .setServer("internet")
              .addFunctions(ScriptFunction.newBuilder().setName("get").setTool("GET"))
              .build());

  /** A script of tenant {@code acme} with {@link #TOOLS} that answer with their arguments. */
  public static Script of(String text) {
    return of(ByteString.copyFromUtf8(text));
  }

  /** As the other, of bytes that may be no text. */
  public static Script of(ByteString text) {
    return new Script(
        "acme",
        Start.newBuilder()
            .setScript(text)
            .addAllNamespaces(TOOLS)
            .setClockMicros(CLOCK.toEpochMilli() * 1000)
            .build(),
        ToolStandIn.ECHO,
        Duration.ofMinutes(1));
  }

  public Script of(ToolStandIn standIn) {
    return new Script(tenant, start, standIn, deadline);
  }

  public Script forTenant(String name) {
    return new Script(name, start, tools, deadline);
  }

  public Script dry() {
    return new Script(tenant, start.toBuilder().setDryRun(true).build(), tools, deadline);
  }

  public Script within(RunLimits.Builder limits) {
    return new Script(tenant, start.toBuilder().setLimits(limits).build(), tools, deadline);
  }

  public Script withNamespaces(List<ScriptNamespace> namespaces) {
    return new Script(
        tenant,
        start.toBuilder().clearNamespaces().addAllNamespaces(namespaces).build(),
        tools,
        deadline);
  }

  public Script withDeadline(Duration left) {
    return new Script(tenant, start, tools, left);
  }
}
