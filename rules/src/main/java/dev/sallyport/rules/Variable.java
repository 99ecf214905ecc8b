package dev.sallyport.rules;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a condition may name. Names with a dot are whole names, so that a wrong one does not
 * compile.
 */
enum Variable {
  TOOL_SERVER("tool.server", SimpleType.STRING),
  TOOL_NAME("tool.name", SimpleType.STRING),
  TOOL_ANNOTATIONS("tool.annotations", MapType.create(SimpleType.STRING, SimpleType.DYN)),
  ARGS("args", MapType.create(SimpleType.STRING, SimpleType.DYN)),
  CALLER_TENANT("caller.tenant", SimpleType.STRING),
  CALLER_KEY("caller.key", SimpleType.STRING),
  CALLER_CUSTOMER("caller.customer", SimpleType.STRING),
  CALLER_TEAMS("caller.teams", ListType.create(SimpleType.STRING)),
  CALLER_USER("caller.user", SimpleType.STRING),
  CALLER_ROLES("caller.roles", ListType.create(SimpleType.STRING)),
  REQUEST_TIME("request.time", SimpleType.TIMESTAMP),
  REQUEST_DOOR("request.door", SimpleType.STRING);

  private static final Map<String, Variable> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(v -> v.text, v -> v));

  private final String text;
  private final CelType type;

  Variable(String text, CelType type) {
    this.text = text;
    this.type = type;
  }

  String text() {
    return text;
  }

  CelType type() {
    return type;
  }

  Object in(Facts facts) {
    return switch (this) {
      case TOOL_SERVER -> facts.tool().server();
      case TOOL_NAME -> facts.tool().name();
      case TOOL_ANNOTATIONS -> facts.tool().annotations();
      case ARGS -> facts.arguments();
      case CALLER_TENANT -> facts.caller().tenant();
      case CALLER_KEY -> facts.caller().key();
      case CALLER_CUSTOMER -> facts.caller().customer();
      case CALLER_TEAMS -> facts.caller().teams();
      case CALLER_USER -> facts.caller().user();
      case CALLER_ROLES -> facts.caller().roles();
      case REQUEST_TIME -> facts.request().time();
      case REQUEST_DOOR -> facts.request().door();
    };
  }

  static Optional<Variable> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static String all() {
    return Arrays.stream(values()).map(Variable::text).collect(Collectors.joining(", "));
  }
}
