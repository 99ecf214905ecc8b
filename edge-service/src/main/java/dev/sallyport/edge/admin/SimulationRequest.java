package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.DeclaredGroup;
import dev.sallyport.edge.declaration.DeclaredOwner;
import dev.sallyport.edge.declaration.DeclaredRule;
import dev.sallyport.edge.declaration.KeyFields;
import dev.sallyport.edge.declaration.OwnerFields;
import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.edge.declaration.Sections;
import dev.sallyport.edge.declaration.Sections.Section;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Limits;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.edge.declaration.tree.YamlTree;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.policy.v1.AccessProposal;
import dev.sallyport.proto.policy.v1.ProposedKey;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.ToolGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is to be simulated.
 *
 * @param from when calls began, included
 * @param to not included
 * @param key id or name; empty for any, as are server and tool
 * @param limit most differing calls of the answer, 1 to 1000
 * @param before only calls before the one of this id; empty: from the newest
 * @param against with what the proposal is compared
 * @param notes what of the proposal was passed over
 */
record SimulationRequest(
    AccessProposal proposal,
    Instant from,
    Instant to,
    String key,
    String server,
    String tool,
    int limit,
    String before,
    Against against,
    List<String> notes) {

  /** With what the proposal is compared. */
  enum Against {
    /** With the policy of now. */
    NOW,
    /** With what was decided when the call was made. */
    THEN
  }

  static final Duration LONGEST = Duration.ofDays(31);

  /** What is later cannot be counted in microseconds. */
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private static final Duration USUAL = Duration.ofHours(24);
  private static final int USUAL_LIMIT = 100;
  private static final Pattern FILE = Pattern.compile("[^/\\\\\\s]{1,200}");

  /** Sections of a file that are not about what calls may do. */
  private static final List<String> OTHERS = List.of("servers", "settings", "roles", "limits");

  static Optional<SimulationRequest> read(Fields fields) {
    Report report = fields.report();
    List<String> notes = new ArrayList<>();
    AccessProposal.Builder proposal = AccessProposal.newBuilder();
    Optional<String> file = fields.text("file");
    file.ifPresent(
        name -> {
          if (!FILE.matcher(name).matches()) {
            report.add(
                fields.at("file"),
                fields.path("file"),
                "must be the name of a file without its folders, such as sallyport.yaml");
          }
          proposal.setSource("file:" + name);
        });
    Optional<Tree> json = fields.tree("proposal");
    Optional<String> yaml = fields.text("yaml");
    Optional<Tree> removed = fields.tree("remove");
    if (json.isPresent() && yaml.isPresent()) {
      report.add(fields.at("yaml"), fields.path("yaml"), "goes without `proposal`; keep one");
    }
    json.flatMap(tree -> Fields.of(tree, fields.path("proposal"), report))
        .ifPresent(
            sections -> {
              refuseOthers(sections);
              sections(sections, file.isPresent(), proposal);
            });
    yaml.flatMap(
            text ->
                YamlTree.read(text.getBytes(StandardCharsets.UTF_8), Limits.DOCUMENT, report)
                    .flatMap(tree -> Fields.of(tree, fields.path("yaml"), report)))
        .ifPresent(
            sections -> {
              passOver(sections, notes);
              sections(sections, file.isPresent(), proposal);
            });
    removed
        .flatMap(tree -> Fields.of(tree, fields.path("remove"), report))
        .ifPresent(names -> removed(names, proposal));
    if (file.isPresent() && removed.isPresent()) {
      report.add(
          fields.at("remove"),
          fields.path("remove"),
          "goes without `file`: what a file declares no more is left out of it");
    }
    if (json.isEmpty() && yaml.isEmpty() && removed.isEmpty()) {
      report.add(
          fields.at(),
          fields.path(),
          "needs `proposal` (sections as in sallyport.yaml), `yaml` (the same as text) or `remove`");
    }
    Instant to = KeyFields.moment(fields, "to").orElseGet(Instant::now);
    Instant from = KeyFields.moment(fields, "from").orElse(to.minus(USUAL));
    if (!to.isAfter(Instant.EPOCH) || to.isAfter(LATEST)) {
      report.add(fields.at("to"), fields.path("to"), "must be a moment between 1970 and 9999");
    } else if (!from.isBefore(to)) {
      report.add(fields.at("from"), fields.path("from"), "must be before `to`, which is " + to);
    } else if (Duration.between(from, to).compareTo(LONGEST) > 0) {
      report.add(
          fields.at("from"),
          fields.path("from"),
          "must be at most " + LONGEST.toDays() + " days before `to`, which is " + to);
    }
    return Optional.of(
        new SimulationRequest(
            proposal.build(),
            from,
            to,
            fields.text("key").orElse(""),
            fields.text("server").orElse(""),
            fields.text("tool").orElse(""),
            fields.has("limit")
                ? fields.whole("limit", 1, QueryParameters.MOST).orElse(USUAL_LIMIT)
                : USUAL_LIMIT,
            before(fields),
            against(fields),
            List.copyOf(notes)));
  }

  /** What is kept of it in the record: what it names, and not what it says. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Named(
      Instant from,
      Instant to,
      String tool,
      String source,
      List<String> owners,
      List<String> keys,
      List<String> groups,
      List<String> rules,
      List<String> removed) {}

  Named recorded() {
    return new Named(
        from,
        to,
        tool,
        proposal.getSource(),
        proposal.getOwnersList().stream().map(owner -> OwnerText.of(owner.getRef())).toList(),
        proposal.getKeysList().stream().map(ProposedKey::getName).toList(),
        proposal.getGroupsList().stream().map(ToolGroup::getSlug).toList(),
        proposal.getRulesList().stream().map(Rule::getName).toList(),
        Stream.of(
                proposal.getRemovedOwnersList().stream(),
                proposal.getRemovedKeysList().stream().map(name -> "key:" + name),
                proposal.getRemovedGroupsList().stream().map(name -> "group:" + name),
                proposal.getRemovedRulesList().stream().map(name -> "rule:" + name))
            .flatMap(names -> names)
            .toList());
  }

  private static String before(Fields fields) {
    String before = fields.text("before").orElse("");
    if (before.isEmpty()) {
      return before;
    }
    try {
      return CallId.parse(before).toString();
    } catch (IllegalArgumentException e) {
      fields
          .report()
          .add(
              fields.at("before"),
              fields.path("before"),
              "must be a call id (a UUIDv7), as `next` of an answer is");
      return "";
    }
  }

  private static Against against(Fields fields) {
    return switch (fields.text("against").orElse("now")) {
      case "now" -> Against.NOW;
      case "then" -> Against.THEN;
      default -> {
        fields.report().add(fields.at("against"), fields.path("against"), "must be now or then");
        yield Against.NOW;
      }
    };
  }

  private static void refuseOthers(Fields sections) {
    for (String other : OTHERS) {
      if (sections.has(other)) {
        sections
            .report()
            .add(sections.at(other), sections.path(other), why(other) + "; leave it out");
      }
    }
  }

  private static void passOver(Fields sections, List<String> notes) {
    for (String other : OTHERS) {
      if (sections.has(other)) {
        notes.add("`" + other + "` " + why(other) + "; it is passed over");
      }
    }
  }

  private static String why(String section) {
    return section.equals("limits")
        ? "is not simulated: what a limit had counted when a call was made is not known"
        : "is not simulated: only who may use what is";
  }

  private static void sections(Fields sections, boolean whole, AccessProposal.Builder proposal) {
    Sections.owners(sections).stream().map(DeclaredOwner::toProto).forEach(proposal::addOwners);
    Sections.groups(sections).stream().map(DeclaredGroup::toProto).forEach(proposal::addGroups);
    Sections.rules(sections).stream().map(DeclaredRule::toProto).forEach(proposal::addRules);
    for (Section section : Sections.of(sections, "keys")) {
      Report report = sections.report();
      KeyFields.checkName(section.member().key(), section.member().at(), section.path(), report);
      Fields.of(section.member().value(), section.path(), report)
          .map(fields -> key(section.member().key(), fields, whole))
          .ifPresent(proposal::addKeys);
    }
    sections.refuseRest();
  }

  /** In a file as files declare it; by itself as it is changed: what is not there stays. */
  private static ProposedKey key(String name, Fields fields, boolean whole) {
    ProposedKey.Builder key =
        ProposedKey.newBuilder()
            .setName(name)
            .addAllTools(KeyFields.tools(fields))
            .setKeepTools(!whole && !fields.has("tools"))
            .setKeepOwner(!whole && !fields.has("owner") && !fields.isNull("owner"));
    OwnerFields.ref(fields, "owner").ifPresent(key::setOwner);
    if (whole) {
      KeyFields.moment(fields, "expires")
          .ifPresent(moment -> key.setExpiresAtMillis(moment.toEpochMilli()));
      // Which credential it has makes no difference to what it may use.
      fields.tree("value");
      fields.tree("hash");
    }
    fields.refuseRest();
    return key.build();
  }

  private static void removed(Fields names, AccessProposal.Builder proposal) {
    for (String kind : OwnerText.OWNERS) {
      names
          .texts(kind + "s", "[payments]")
          .forEach(item -> proposal.addRemovedOwners(kind + ":" + item.text()));
    }
    names.texts("keys", "[dev]").forEach(item -> proposal.addRemovedKeys(item.text()));
    names.texts("groups", "[payments]").forEach(item -> proposal.addRemovedGroups(item.text()));
    names.texts("rules", "[no-etc]").forEach(item -> proposal.addRemovedRules(item.text()));
    names.refuseRest();
  }
}
