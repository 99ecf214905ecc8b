package dev.sallyport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir Path temp;

  @Test
  void isClosedToOtherUsersEvenWhereItWasOpen() throws IOException {
    // Given a folder that everybody may read
    Path root = Files.createDirectory(temp.resolve("data"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));

    // When
    DataFolder data = DataFolder.open(root);

    // Then
    for (Path folder : new Path[] {data.root(), data.logs(), data.run(), data.keys()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .as(folder.toString())
          .isEqualTo("rwx------");
    }
  }

  @Test
  void namesTheProcessThatHasTheFolder() {
    // Given
    DataFolder data = DataFolder.open(temp.resolve("data"));
    try (DataFolder.Lock _ = data.lock()) {

      // When, then
      assertThatThrownBy(data::lock)
          .isInstanceOf(StartFailed.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid())
          .hasMessageContaining("--data DIR");
    }
  }

  @Test
  void canBeTakenAgainOnceItWasGivenBack() {
    // Given
    DataFolder data = DataFolder.open(temp.resolve("data"));
    data.lock().close();

    // When
    DataFolder.Lock again = data.lock();

    // Then
    assertThat(again).isNotNull();
    again.close();
  }

  @Test
  void saysWhatToDoWhereItCannotBeMade() throws IOException {
    // Given a file where a folder is needed
    Path file = Files.createFile(temp.resolve("file"));

    // When, then
    assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("--data DIR");
  }
}
