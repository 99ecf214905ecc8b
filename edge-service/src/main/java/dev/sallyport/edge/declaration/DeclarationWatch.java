package dev.sallyport.edge.declaration;

import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.edge.evidence.Evidence;
import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.RecordKind;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Applies the declared files at start and whenever one changes. One virtual thread does it all; a
 * file that is wrong or a service that is away leaves in force what is in force.
 */
@Singleton
public class DeclarationWatch {

  private static final Logger LOG = Logger.getLogger(DeclarationWatch.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final Duration SETTLE = Duration.ofMillis(50);

  private final List<DeclaredFile> files;
  private final Reconciliation reconciliation;
  private final Duration poll;
  private final String tenant;
  private final Evidence evidence;
  private boolean forgetAbsent;
  private @Nullable Map<String, String> settings;
  private @Nullable String complaint;
  private int failures;
  private @Nullable Thread thread;
  private volatile boolean stopped;

  @Inject
  DeclarationWatch(
      DeclarationSettings settings,
      RegistryPeer registry,
      PolicyPeer policy,
      AdministratorPeer administrators,
      DeclaredKeyVault vault,
      Evidence evidence) {
    this.tenant = settings.tenant();
    this.evidence = evidence;
    this.files = files(settings);
    this.poll = settings.poll();
    this.forgetAbsent = settings.forgetAbsent();
    this.reconciliation =
        new Reconciliation(
            registry,
            policy,
            new RoleReconciliation(administrators),
            vault,
            settings.tenant(),
            settings.timeout());
  }

  /** The state of every file, in order. */
  public List<FileStatus> status() {
    return files.stream().map(DeclaredFile::status).toList();
  }

  /** The tenant that the files are for. */
  public String tenant() {
    return tenant;
  }

  /**
   * Reads the files; a wrong one stops the start.
   *
   * @throws IllegalStateException naming file, line and key
   */
  void start(@Observes StartupEvent event) {
    List<String> wrong = new ArrayList<>();
    for (DeclaredFile file : files) {
      file.readIfChanged()
          .ifPresent(
              reading -> {
                switch (reading) {
                  case Findings findings -> wrong.add(findings.text());
                  case Declaration declaration -> accepted(file, declaration);
                }
              });
    }
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("The configuration is wrong:\n" + String.join("\n", wrong));
    }
    if (!files.isEmpty() || forgetAbsent) {
      thread = Thread.ofVirtual().name("declaration-watch").start(this::run);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  private void run() {
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      for (Path folder :
          files.stream()
              .map(file -> DeclarationFile.folder(file.path()))
              .collect(Collectors.toSet())) {
        register(folder, watch);
      }
      while (!stopped) {
        applyDue();
        if (files.isEmpty() && !forgetAbsent) {
          return;
        }
        WatchKey key = watch.poll(patience().toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
          // Editors write in several steps: what is read must have come to rest.
          Thread.sleep(SETTLE);
        }
        readChanged();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("the watch over declared files ends", e);
    } catch (IOException e) {
      LOG.error("declared files cannot be watched; changes need a restart", e);
    }
  }

  /** A folder that cannot be watched is looked at every now and then, like the others. */
  private static void register(Path folder, WatchService watch) {
    try {
      folder.register(
          watch,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException e) {
      LOG.debugf(e, "%s cannot be watched", folder);
    }
  }

  /** Until the next look: soon for a changed file, later the longer a service is away. */
  private Duration patience() {
    if (failures == 0) {
      return poll;
    }
    Duration backOff = Duration.ofMillis(200L << Math.min(failures, 6));
    return backOff.compareTo(LONGEST_WAIT) < 0 ? backOff : LONGEST_WAIT;
  }

  private void readChanged() {
    for (DeclaredFile file : files) {
      file.readIfChanged()
          .ifPresent(
              reading -> {
                switch (reading) {
                  case Findings findings -> {
                    findings.findings().forEach(finding -> LOG.errorf("%s", finding));
                    LOG.errorf("%s is refused; what it said before stays in force", file.source());
                  }
                  case Declaration declaration -> {
                    accepted(file, declaration);
                    giveWayAnew(file);
                    failures = 0;
                  }
                }
              });
    }
  }

  private void accepted(DeclaredFile file, Declaration declaration) {
    declaration.notes().forEach(note -> LOG.infof("%s", note));
    if (!isFirst(file)) {
      return;
    }
    if (settings != null && !settings.equals(declaration.settings())) {
      LOG.warnf("%s: changed settings take effect at the next start", file.source());
    }
    settings = declaration.settings();
  }

  private boolean isFirst(DeclaredFile file) {
    return files.getFirst() == file;
  }

  /** Names that this file has, or has no longer, may belong to a later file. */
  private void giveWayAnew(DeclaredFile changed) {
    files.subList(files.indexOf(changed) + 1, files.size()).forEach(DeclaredFile::makeDue);
  }

  private void applyDue() {
    try {
      Set<String> taken = new HashSet<>();
      for (DeclaredFile file : files) {
        if (file.isDue()) {
          apply(file, taken);
        }
        taken.addAll(file.servers());
      }
      if (forgetAbsent) {
        forget();
        forgetAbsent = false;
      }
      failures = 0;
      complaint = null;
    } catch (CallFailed e) {
      failures++;
      complain(e.failure().message());
    } catch (RuntimeException e) {
      failures++;
      complain("registry or policy does not answer");
      LOG.debug("a declaration could not be applied", e);
    }
  }

  private void apply(DeclaredFile file, Set<String> taken) {
    Declaration declaration = file.wanted().orElseThrow();
    List<String> given = new ArrayList<>();
    List<DeclaredServer> servers = Reconciliation.without(declaration.servers(), taken, given);
    try {
      Applied applied = reconciliation.apply(file.source(), servers, declaration.governed());
      file.apply(servers, declaration.governed());
      given.forEach(
          name ->
              LOG.warnf(
                  "%s: server %s is declared in an earlier file; this one gives way",
                  file.source(), name));
      tell(file.source(), applied);
    } catch (CallFailed e) {
      if (e.failure().code() == ErrorCode.PEER_UNAVAILABLE
          || e.failure().code() == ErrorCode.POLICY_UNAVAILABLE) {
        file.defer(e.failure().message());
      } else {
        file.refuse(e.failure().message());
      }
      throw e;
    } catch (RuntimeException e) {
      file.defer("registry or policy does not answer");
      throw e;
    }
  }

  private void forget() {
    Set<String> present = files.stream().map(DeclaredFile::source).collect(Collectors.toSet());
    for (String source : reconciliation.absent(present)) {
      Applied applied = reconciliation.apply(source, List.of(), Governed.NOTHING);
      LOG.infof("%s is no longer part of the configuration", source);
      tell(source, applied);
    }
  }

  /** A change through a file is a change like one through the admin API, and recorded like it. */
  private void tell(String source, Applied applied) {
    if (!applied.isChange()) {
      LOG.infof("%s: nothing changed", source);
      return;
    }
    LOG.infof("%s: %s", source, applied.words());
    byte[] words = (source + ": " + applied.words()).getBytes(StandardCharsets.UTF_8);
    evidence.append(
        AuditRecord.newBuilder()
            .setTenant(tenant)
            .setCallId(CallId.next().toString())
            .setKind(RecordKind.RECORD_KIND_ADMIN)
            .setCaller("service:edge")
            .setDoor("file")
            .setMethod("declaration.apply")
            .setArguments(Contents.keep(words, 0, words.length))
            .setOutcome(Outcome.OUTCOME_OK));
  }

  private void complain(String message) {
    if (!message.equals(complaint)) {
      complaint = message;
      LOG.warnf("a declaration is not applied yet: %s", message);
    }
  }

  /** Every file with a source of its own: its name where that is enough. */
  private static List<DeclaredFile> files(DeclarationSettings settings) {
    List<Path> paths = new ArrayList<>();
    settings.file().ifPresent(paths::add);
    paths.addAll(settings.mcpJson().orElse(List.of()));
    Set<String> taken = new HashSet<>();
    List<DeclaredFile> files = new ArrayList<>();
    for (Path path : paths) {
      String source = DeclarationFile.source(path);
      if (!taken.add(source)) {
        source = "file:" + DeclarationFile.folder(path).getFileName() + "/" + path.getFileName();
        if (!taken.add(source)) {
          source = "file:" + path.toAbsolutePath();
          taken.add(source);
        }
      }
      boolean own = files.isEmpty() && settings.file().isPresent();
      files.add(
          new DeclaredFile(
              path, own ? DeclaredFile.Format.SALLYPORT : DeclaredFile.Format.CLIENT, source));
    }
    return files;
  }
}
