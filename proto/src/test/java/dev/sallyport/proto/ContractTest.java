package dev.sallyport.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.Role;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.sandbox.v1.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Old and new services run side by side during an upgrade, so what a contract once said it says
 * forever. {@code contract.lock} lists it all; a line may be added, never changed or removed. Run
 * with {@code -Dcontract.update=true} to write additions.
 */
class ContractTest {

  private static final Path LOCK = Path.of("contract.lock");

  private static final List<FileDescriptor> FILES =
      List.of(
          CallContext.getDescriptor().getFile(),
          Open.getDescriptor().getFile(),
          ServerDefinition.getDescriptor().getFile(),
          AccessProfile.getDescriptor().getFile(),
          Role.getDescriptor().getFile(),
          AuditRecord.getDescriptor().getFile(),
          Start.getDescriptor().getFile());

  @Test
  void breaksNothingThatWasEverPublished() throws IOException {
    SortedSet<String> current = current();

    List<String> locked = Files.readAllLines(LOCK);

    assertThat(current)
        .as("a published field, enum value or method was changed or removed; add a new one instead")
        .containsAll(locked);
  }

  @Test
  void listsEveryAddition() throws IOException {
    SortedSet<String> current = current();
    if (Boolean.getBoolean("contract.update")) {
      SortedSet<String> union = new TreeSet<>(current);
      union.addAll(Files.exists(LOCK) ? Files.readAllLines(LOCK) : List.of());
      Files.write(LOCK, union);
    }

    assertThat(Files.readAllLines(LOCK))
        .as("run ./mvnw test -pl proto -Dcontract.update=true and commit contract.lock")
        .containsAll(current);
  }

  @Test
  void carriesTheCallContextAsFirstFieldOfEveryRequest() {
    assertThat(
            FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .flatMap(s -> s.getMethods().stream()))
        .isNotEmpty()
        .allSatisfy(
            method -> {
              Descriptor request = opening(method);
              FieldDescriptor first = request.findFieldByNumber(1);
              assertThat(first).as("%s has a field 1", request.getFullName()).isNotNull();
              assertThat(first.getName()).as(request.getFullName()).isEqualTo("context");
            });
  }

  /** The message that opens a call: the request itself or, for streams of parts, the first part. */
  private static Descriptor opening(MethodDescriptor method) {
    Descriptor request = method.getInputType();
    return request.getOneofs().isEmpty()
            || request.findFieldByNumber(1).getContainingOneof() == null
        ? request
        : request.findFieldByNumber(1).getMessageType();
  }

  private static SortedSet<String> current() {
    SortedSet<String> lines = new TreeSet<>();
    for (FileDescriptor file : FILES) {
      file.getMessageTypes().forEach(message -> message(message, lines));
      file.getEnumTypes().forEach(type -> enumeration(type, lines));
      file.getServices().forEach(service -> service(service, lines));
    }
    return lines;
  }

  private static void message(Descriptor message, SortedSet<String> lines) {
    for (FieldDescriptor field : message.getFields()) {
      lines.add(
          "field %s %d %s %s %s"
              .formatted(
                  message.getFullName(),
                  field.getNumber(),
                  cardinality(field),
                  type(field),
                  field.getName()));
    }
    message.getNestedTypes().forEach(nested -> message(nested, lines));
    message.getEnumTypes().forEach(nested -> enumeration(nested, lines));
  }

  private static String cardinality(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "repeated";
    }
    return field.getContainingOneof() == null
        ? "single"
        : "oneof:" + field.getContainingOneof().getName();
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  private static void enumeration(EnumDescriptor type, SortedSet<String> lines) {
    type.getValues()
        .forEach(
            value ->
                lines.add(
                    "value %s %d %s"
                        .formatted(type.getFullName(), value.getNumber(), value.getName())));
  }

  private static void service(ServiceDescriptor service, SortedSet<String> lines) {
    for (MethodDescriptor method : service.getMethods()) {
      lines.add(
          Stream.of(
                  "method",
                  method.getFullName(),
                  method.isClientStreaming() ? "stream" : "one",
                  method.getInputType().getFullName(),
                  method.isServerStreaming() ? "stream" : "one",
                  method.getOutputType().getFullName())
              .reduce((a, b) -> a + " " + b)
              .orElseThrow());
    }
  }
}
