package dev.sallyport.registry.catalogue;

import com.google.protobuf.ByteString;
import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The tools of one upstream in its order. Those that cannot be served are kept with the reason and
 * cost the others nothing.
 *
 * @param version hex SHA-256 over the ordered tools: equal exactly for equal lists
 */
public record ToolList(List<ToolDefinition> tools, String version) {

  static final int MAX_TOOLS = 10_000;
  private static final int MAX_DEFINITION_BYTES = 1024 * 1024;

  static final ToolList EMPTY = ofChecked(List.of());

  /** As an executor reports them: each is checked, and its hash is taken here and nowhere else. */
  static ToolList ofReported(List<ToolDefinition> reported) {
    List<ToolDefinition> checked = new ArrayList<>(reported.size());
    Set<String> names = new HashSet<>();
    for (ToolDefinition tool : reported) {
      ToolDefinition.Builder kept = tool.toBuilder().clearPin();
      String problem =
          tool.getQuarantineReason().isEmpty()
              ? problem(tool, kept, names)
              : tool.getQuarantineReason();
      checked.add(kept.setQuarantineReason(problem).build());
    }
    return ofChecked(checked);
  }

  /** As they were kept. */
  public static ToolList ofChecked(List<ToolDefinition> tools) {
    return new ToolList(List.copyOf(tools), version(tools));
  }

  /** What is wrong with the tool, empty if nothing; sets its hash where there is one. */
  private static String problem(
      ToolDefinition tool, ToolDefinition.Builder kept, Set<String> names) {
    ByteString definition = tool.getDefinition();
    if (definition.size() > MAX_DEFINITION_BYTES) {
      kept.clearDefinition();
      return "The definition is larger than 1 MiB.";
    }
    byte[] bytes = definition.toByteArray();
    try {
      if (!tool.getName().equals(JsonObject.of(bytes).string("name")) || tool.getName().isEmpty()) {
        return "The definition is not that of a tool with this name.";
      }
    } catch (MalformedJson e) {
      return "The definition is not a JSON object.";
    }
    return switch (CanonicalJson.digest(bytes)) {
      case CanonicalJson.Result.Digest digest -> {
        kept.setPin(HexFormat.of().formatHex(digest.sha256()));
        yield names.add(tool.getName()) ? "" : "Another tool has the same name.";
      }
      case CanonicalJson.Result.Refused refused -> refused.reason();
    };
  }

  private static String version(List<ToolDefinition> tools) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (ToolDefinition tool : tools) {
      add(digest, tool.getName().getBytes(StandardCharsets.UTF_8));
      add(digest, tool.getDefinition().toByteArray());
      add(digest, tool.getQuarantineReason().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Preceded by its length, so that no two different lists run together. */
  private static void add(MessageDigest digest, byte[] part) {
    digest.update((part.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(part);
  }
}
