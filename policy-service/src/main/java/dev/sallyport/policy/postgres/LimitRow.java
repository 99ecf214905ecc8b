package dev.sallyport.policy.postgres;

import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.limit.Windows;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.List;

@Entity
@Table(schema = "policy", name = "limit_rule")
@IdClass(TenantScopedId.class)
class LimitRow {
  @Id String tenant = "";
  @Id String id = "";
  String name = "";

  @Column(name = "owner_kind")
  short ownerKind;

  String owner = "";

  @Column(columnDefinition = "text[]")
  String[] tools = {};

  short kind;
  long units;
  long reserved;

  @Column(name = "rolling_millis")
  long rollingMillis;

  short calendar;
  String zone = "";
  String source = "";
  long revision;

  static LimitRow of(StoredLimit limit) {
    LimitRow row = new LimitRow();
    row.tenant = limit.tenant();
    row.id = limit.id();
    row.name = limit.name();
    row.ownerKind = (short) limit.ownerKind().getNumber();
    row.owner = limit.owner();
    row.tools = limit.tools().toArray(String[]::new);
    row.kind = (short) limit.kind().getNumber();
    row.units = limit.units();
    row.reserved = limit.reserved();
    LimitWindow window = Windows.toProto(limit.window());
    row.rollingMillis = window.getRollingMillis();
    row.calendar = (short) window.getCalendarValue();
    row.zone = window.getZone();
    row.source = limit.source();
    row.revision = limit.revision();
    return row;
  }

  StoredLimit toLimit() {
    return new StoredLimit(
        tenant,
        id,
        name,
        OwnerKind.forNumber(ownerKind),
        owner,
        List.of(tools),
        LimitKind.forNumber(kind),
        units,
        reserved,
        Windows.of(
            LimitWindow.newBuilder()
                .setRollingMillis(rollingMillis)
                .setCalendar(CalendarUnit.forNumber(calendar))
                .setZone(zone)
                .build()),
        source,
        revision);
  }
}
