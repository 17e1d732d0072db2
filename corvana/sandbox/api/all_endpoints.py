"""The REST endpoints: each takes a `Call` and returns the body's bytes."""

from corvana.sandbox.api.configuration_endpoints import ConfigurationEndpoints
from corvana.sandbox.api.cover_endpoints import CoverEndpoints
from corvana.sandbox.api.endpoints import View, dump
from corvana.sandbox.api.incident_endpoints import IncidentEndpoints

_ABILITIES = ("teams", "advanced_reports", "priorities", "service_support_hours", "urgencies")


class Api(IncidentEndpoints, ConfigurationEndpoints, CoverEndpoints):
    """All paths that are served."""

    def views(self) -> dict[str, View]:
        return {
            **self.plain_lists(),
            "/incidents": self.list_incidents,
            "/incidents/{name}": self.get_incident,
            "/log_entries": self.list_log_entries,
            "/services": self.list_services,
            "/escalation_policies": self.list_policies,
            "/schedules": self.list_schedules,
            "/schedules/{name}": self.get_schedule,
            "/v3/schedules": self.list_schedules_v3,
            "/v3/schedules/{name}": self.get_schedule_v3,
            "/oncalls": self.list_on_calls,
            "/users": self.list_users,
            "/users/me": self.get_me,
            "/users/{name}": self.get_user,
            "/service_dependencies/technical_services/{name}": self.technical_dependencies,
            "/service_dependencies/business_services/{name}": self.business_dependencies,
            "/maintenance_windows": self.list_maintenance_windows,
            "/abilities": lambda _: dump({"abilities": _ABILITIES}),
            "/alert_grouping_settings": self.list_grouping_settings,
        }
