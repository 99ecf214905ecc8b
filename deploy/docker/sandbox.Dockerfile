# sandbox-service: runs scripts. Build from the root of the repository:
#   docker build -f deploy/docker/sandbox.Dockerfile -t sallyport/sandbox:dev .
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -B -q package -Dmaven.test.skip=true -Dspotless.check.skip=true -pl sandbox-service -am

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 sallyport \
    && useradd --system --uid 10001 --gid 10001 --home-dir /app --shell /usr/sbin/nologin sallyport
COPY deploy/docker/healthy /usr/local/bin/healthy
COPY --from=build /src/sandbox-service/target/quarkus-app/ /app/
WORKDIR /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=40s --retries=6 CMD ["healthy", "8080"]
ENTRYPOINT ["java", "-Xmx192m", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "quarkus-run.jar"]
