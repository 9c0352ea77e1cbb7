// What the identity may read of one watched subscription. It can change nothing.

targetScope = 'subscription'

@description('Name of the installation: custom roles of one tenant must not share a name.')
param installation string
@description('Object id of the app\'s identity.')
param principalId string
@description('True: the custom role below; false: the built-in Reader.')
param custom bool
@description('Also assign Monitoring Reader.')
param monitoringReader bool
@description('Also assign Log Analytics Reader.')
param logAnalyticsReader bool

var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
var builtInRoles = concat(
  custom ? [] : [reader],
  monitoringReader ? ['43d0d8ad-25c7-4714-9337-8ba259a9fe05'] : [],
  logAnalyticsReader ? ['73c42c96-874c-492b-b04d-ab87d138a893'] : []
)

// Each line is a call that the adapters make; a test compares.
var readActions = [
  'Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read'
  'Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read'
  // Azure publishes no action for a cluster's required endpoints, and a role that names an unknown one is refused.
  'Microsoft.ContainerService/managedClusters/*/read'
  'Microsoft.ContainerService/managedClusters/read'
  'Microsoft.Insights/diagnosticSettings/read'
  'Microsoft.Insights/metrics/read'
  'Microsoft.Network/azureFirewalls/read'
  'Microsoft.Network/loadBalancers/read'
  'Microsoft.Network/natGateways/read'
  'Microsoft.Network/networkInterfaces/read'
  'Microsoft.Network/networkSecurityGroups/read'
  'Microsoft.Network/publicIPAddresses/read'
  'Microsoft.Network/publicIPPrefixes/read'
  'Microsoft.Network/routeTables/read'
  'Microsoft.Network/virtualNetworks/read'
  'Microsoft.OperationalInsights/workspaces/query/*/read'
  'Microsoft.OperationalInsights/workspaces/query/read'
  'Microsoft.OperationalInsights/workspaces/read'
  'Microsoft.Resources/subscriptions/read'
]

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (custom) {
  name: guid(subscription().id, installation, 'snatwatch-reader')
  properties: {
    roleName: 'Snatwatch reader ${installation} ${subscription().subscriptionId}'
    description: 'Exactly what Snatwatch reads: networks, clusters, metrics, diagnostic settings, deny logs.'
    type: 'CustomRole'
    permissions: [
      {
        actions: readActions
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: array(subscription().id)
  }
}

resource customAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (custom) {
  name: guid(subscription().id, principalId, installation, 'snatwatch-reader')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role.id
  }
}

resource builtInAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for id in builtInRoles: {
  name: guid(subscription().id, principalId, id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)
  }
}]
