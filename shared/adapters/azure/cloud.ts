// Where each Azure cloud answers, and for whom its tokens must be made.
// Sources: "Azure Monitor metrics batch API" (hosts), KnownMonitorAudience of @azure/monitor-query 1.3.3 (audiences),
// the ARM endpoints of each cloud. The SDKs change only the host with `cloudSetting`, not the scope: always give both.

export type CloudName = "public" | "usgovernment" | "china";

export interface CloudEndpoints {
  /** Azure Resource Manager, without a trailing slash. */
  readonly armEndpoint: string;
  readonly armScope: string;
  /** A region's batch host is `<region>.<suffix>`. */
  readonly metricsHostSuffix: string;
  /** Audience of batch tokens; the `MetricsClient` of monitor-query 1.3.3 adds `/.default` itself. */
  readonly metricsAudience: string;
  readonly logsEndpoint: string;
  /** Audience of log queries; `LogsQueryClient` of monitor-query 1.3.3 adds `/.default` itself. */
  readonly logsAudience: string;
}

const CLOUDS: Readonly<Record<CloudName, CloudEndpoints>> = {
  public: {
    armEndpoint: "https://management.azure.com",
    armScope: "https://management.azure.com/.default",
    metricsHostSuffix: "metrics.monitor.azure.com",
    metricsAudience: "https://metrics.monitor.azure.com",
    logsEndpoint: "https://api.loganalytics.io",
    logsAudience: "https://api.loganalytics.io",
  },
  usgovernment: {
    armEndpoint: "https://management.usgovcloudapi.net",
    armScope: "https://management.usgovcloudapi.net/.default",
    metricsHostSuffix: "metrics.monitor.azure.us",
    metricsAudience: "https://metrics.monitor.azure.us",
    logsEndpoint: "https://api.loganalytics.us",
    logsAudience: "https://api.loganalytics.us",
  },
  china: {
    armEndpoint: "https://management.chinacloudapi.cn",
    armScope: "https://management.chinacloudapi.cn/.default",
    metricsHostSuffix: "metrics.monitor.azure.cn",
    metricsAudience: "https://metrics.monitor.azure.cn",
    logsEndpoint: "https://api.loganalytics.azure.cn",
    logsAudience: "https://api.loganalytics.azure.cn",
  },
};

export function cloudEndpoints(cloud: CloudName): CloudEndpoints {
  return CLOUDS[cloud];
}
