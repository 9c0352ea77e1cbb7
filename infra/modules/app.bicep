// The function app: Flex Consumption, Node 24, no key anywhere.

@description('Name of the app.')
param name string
@description('Region.')
param location string
@description('Tags.')
param tags object
@description('Resource id of the app\'s identity.')
param identityId string
@description('Client id of the app\'s identity.')
param identityClientId string
@description('Name of the storage account.')
param storageName string
@description('Container of the deployed package.')
param packageContainer string
@description('Name of the Application Insights component.')
param telemetryName string
@description('Key Vault reference for SNATWATCH_CHANNELS; empty: no channels.')
param channelsReference string
@description('Subnet of the app, delegated to Microsoft.App/environments; empty: none.')
param subnetId string
@allowed(['public', 'usgovernment', 'china'])
@description('The Azure cloud that is watched.')
param cloud string
@description('Ids of the watched subscriptions.')
param subscriptionIds array
@allowed([512, 2048, 4096])
@description('Memory of an instance, MB.')
param instanceMemoryMB int
@minValue(40)
@maxValue(1000)
@description('Most instances.')
param maximumInstanceCount int
@minValue(0)
@maxValue(20)
@description('Instances for HTTP that never sleep.')
param alwaysReadyInstances int
@allowed(['key', 'anonymous'])
@description('Who may ask for /api/health.')
param healthAccess string
@allowed(['same', 'own', 'none'])
@description('Who may use the routes that write.')
param writeAccess string
@description('Client id of the Entra app registration; empty: Functions keys.')
param entraClientId string
@description('CIDR ranges that may reach the app; empty: all.')
param allowedAddresses array
@description('Further settings of the app.')
param settings object

var entra = !empty(entraClientId)
var restrictions = [for (address, index) in allowedAddresses: {
  name: 'allowed-${index}'
  action: 'Allow'
  priority: 100 + index
  ipAddress: address
}]
var alwaysReady = [{ name: 'http', instanceCount: alwaysReadyInstances }]

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource telemetry 'Microsoft.Insights/components@2020-02-02' existing = {
  name: telemetryName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictions: restrictions
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '24'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : alwaysReady
      }
    }
  }
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource noBasicScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

var requiredSettings = {
  AzureWebJobsStorage__accountName: storage.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  // Which identity the app's own clients take.
  AZURE_CLIENT_ID: identityClientId
  // A small heap that is cleared sooner: what a collection cycle leaves behind is short-lived (test/bench/RESULTS.md).
  languageWorkers__node__arguments: '--max-semi-space-size=8 --heap-growing-percent=30 --no-parallel-scavenge'
  // What native code frees goes back to the system instead of to pools of each of V8's threads: 20 MB less at 1,000 clusters.
  MALLOC_ARENA_MAX: '1'
  APPLICATIONINSIGHTS_CONNECTION_STRING: telemetry.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  SNATWATCH_CLOUD: cloud
  SNATWATCH_SUBSCRIPTIONS: join(subscriptionIds, ',')
  SNATWATCH_AUTH: entra ? 'entra' : 'key'
  SNATWATCH_HEALTH_ACCESS: healthAccess
  SNATWATCH_WRITE_ACCESS: writeAccess
}
var channelSettings = empty(channelsReference) ? {} : {
  SNATWATCH_CHANNELS: channelsReference
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: union(settings, requiredSettings, channelSettings)
}

resource signIn 'Microsoft.Web/sites/config@2025-03-01' = if (entra) {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      // Browsers sign in; clients send a bearer token.
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      excludedPaths: healthAccess == 'anonymous' ? ['/api/health'] : []
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entraClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [entraClientId, 'api://${entraClientId}']
        }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}

output name string = site.name
output baseUrl string = 'https://${site.properties.defaultHostName}'
