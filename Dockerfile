# The images of operator and gateway for those who prefer Docker to scripts/images:
#   docker build --target operator -t slackwater/operator:0.1.0-SNAPSHOT .
#   docker build --target gateway  -t slackwater/gateway:0.1.0-SNAPSHOT .
# The layout is that of scripts/images: jars below /app, the JVM's flags in /app/jvm.options, but there are no AOT caches.

FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
RUN apt-get update && apt-get install -y --no-install-recommends unzip && rm -rf /var/lib/apt/lists/*
COPY . .
# The reactor's own jars come from its folders, the others from the local repository.
RUN ./mvnw -B -ntp -Pquick -pl operator,gateway -am -Dmaven.test.skip=true package \
      dependency:copy-dependencies -DincludeScope=runtime -Dmdep.prependGroupId=false \
 && for name in operator gateway; do \
      mkdir -p /image/$name/app/libs \
      && cp $name/target/quick/dependency/*.jar $name/target/quick/slackwater-$name-*.jar /image/$name/app/libs/ \
      && cp -r $name/src/main/jib/app/. /image/$name/app/ \
      && sed -i /AOTCache=/d /image/$name/app/jvm.options; \
    done

FROM eclipse-temurin:25-jre AS base
WORKDIR /app
USER 65532:65532
LABEL org.opencontainers.image.licenses="Apache-2.0" org.opencontainers.image.vendor="Slackwater"

FROM base AS operator
COPY --from=build /image/operator/ /
LABEL org.opencontainers.image.title="slackwater-operator"
ENTRYPOINT ["java", "@/app/jvm.options", "-cp", "/app/libs/*", "io.slackwater.operator.OperatorMain"]

FROM base AS gateway
COPY --from=build /image/gateway/ /
LABEL org.opencontainers.image.title="slackwater-gateway"
ENTRYPOINT ["java", "@/app/jvm.options", "-cp", "/app/libs/*", "io.slackwater.gateway.GatewayMain"]
