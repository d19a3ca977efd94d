# The image holds one static binary and the roots of trust, and runs as nobody.
#   docker build -t unionbot --build-arg VERSION=$(git describe --tags --always) .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
# Its version is also the smoke test: a binary that does not start makes no image.
RUN GOFLAGS=-buildvcs=false make build VERSION=$VERSION \
 && bin/unionbot version \
 && apt-get update -qq && apt-get install -y -qq --no-install-recommends fonts-wqy-microhei \
 && mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /out/data /data
# The zones of the world, for a union whose TIMEZONE is another than the default.
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /
# What papers and charts are written with.
COPY --from=build /usr/share/fonts/truetype/wqy/wqy-microhei.ttc /usr/share/fonts/truetype/wqy/
# Pictures on their way into a bucket.
COPY --from=build /out/tmp /tmp
COPY --from=build /src/bin/unionbot /unionbot
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Inside a container the loopback is the container's own: operators reach the inner listener only when it is set.
ENV ZONEINFO=/zoneinfo.zip UNIONBOT_MEDIA_URL=file:/data/media UNIONBOT_INNER_LISTEN=off
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/unionbot", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/unionbot"]
CMD ["serve"]
