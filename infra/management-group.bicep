// Read rights on every subscription of a management group, in place of one assignment each.
//
//     az deployment mg create --management-group-id GROUP --location REGION --template-file infra/management-group.bicep --parameters principalId=ID
//
// main.bicep with readerRole=none then assigns no role in a subscription; watchedSubscriptions still says which are watched.

targetScope = 'managementGroup'

@minLength(36)
@maxLength(36)
@description('Object id of the identity: output identityPrincipalId of main.bicep.')
param principalId string

var builtInRoles = [
  'acdd72a7-3385-48ef-bd42-f606fba81ae7' // Reader
  '43d0d8ad-25c7-4714-9337-8ba259a9fe05' // Monitoring Reader
  '73c42c96-874c-492b-b04d-ab87d138a893' // Log Analytics Reader
]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in builtInRoles: {
  name: guid(managementGroup().id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: tenantResourceId('Microsoft.Authorization/roleDefinitions', role)
    description: 'Snatwatch reads networks, clusters, metrics and deny logs.'
  }
}]
