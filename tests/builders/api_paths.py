"""Every path of PagerDuty's API that the application requests."""

API_PATHS = {
    "/alert_grouping_settings",
    "/business_services",
    "/escalation_policies",
    "/incidents",
    "/incidents/{}",
    "/log_entries",
    "/maintenance_windows",
    "/oncalls",
    "/priorities",
    "/schedules",
    "/service_dependencies/{}/{}",
    "/services",
    "/teams",
    "/users",
    "/users/me",
    "/v3/schedules",
    "/v3/schedules/{}",
}
